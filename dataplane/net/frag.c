// SPDX-License-Identifier: MIT
/*
 * frag.c - IPv4 reassembly (RFC 791 3.2, RFC 815, RFC 1122 3.3.2)
 *
 * rte_ip_frag as packaged takes at most 8 fragments of a datagram (11.8 KB at
 * an MTU of 1500), so this is ours. Fragments that overlap end the datagram,
 * as in Linux and RFC 5722; exact repetitions are dropped alone.
 */
#include "net/frag.h"

#include <errno.h>
#include <string.h>

#include "net/icmp.h"
#include "net/ip_state.h"

#define L4_MAX (UINT16_MAX - sizeof(struct rte_ipv4_hdr))

void mbuf_adj(struct rte_mbuf *m, uint32_t len)
{
	struct rte_mbuf *s = m;

	for (; s && len; s = s->next) {
		uint16_t part = (uint16_t)RTE_MIN(len, s->data_len);

		s->data_off = (uint16_t)(s->data_off + part);
		s->data_len = (uint16_t)(s->data_len - part);
		m->pkt_len -= part;
		len -= part;
	}
}

int mbuf_pullup(struct rte_mbuf *m, uint32_t want)
{
	uint32_t need;
	char *to;

	if (likely(m->data_len >= want))
		return 0;
	need = want - m->data_len;
	if (m->pkt_len < want || rte_pktmbuf_tailroom(m) < need)
		return -ENOBUFS;
	to = rte_pktmbuf_mtod_offset(m, char *, m->data_len);
	while (need) {
		struct rte_mbuf *s = m->next;
		uint16_t part = (uint16_t)RTE_MIN(need, s->data_len);

		memcpy(to, rte_pktmbuf_mtod(s, void *), part);
		to += part;
		need -= part;
		m->data_len = (uint16_t)(m->data_len + part);
		s->data_off = (uint16_t)(s->data_off + part);
		s->data_len = (uint16_t)(s->data_len - part);
		if (s->data_len == 0) {
			m->next = s->next;
			m->nb_segs--;
			s->next = NULL;
			rte_pktmbuf_free_seg(s);
		}
	}
	return 0;
}

static void forget(struct net *n, struct frag_datagram *d)
{
	timer_disarm(&n->wheel, &d->timer);
	ip_state(n)->frag.mbufs -= d->npieces;
	d->npieces = 0;
	d->used = 0;
}

static void discard(struct net *n, struct frag_datagram *d)
{
	for (unsigned i = 0; i < d->npieces; i++)
		rte_pktmbuf_free(d->piece[i].m);
	forget(n, d);
}

/* RFC 1122 3.3.2: tell the sender, if its first fragment came. */
static void timeout(struct net *n, struct timer *t)
{
	struct frag_datagram *d =
		(struct frag_datagram *)((char *)t -
					 offsetof(struct frag_datagram, timer));

	STAT(n, ip_frag_timeout);
	if (d->piece[0].off == 0)
		icmp_error(n, d->piece[0].m, ICMP_TIME_EXCEEDED,
			   ICMP_TIME_REASSEMBLY);
	discard(n, d);
}

static struct frag_datagram *find(struct frag_table *t,
				  const struct rte_ipv4_hdr *ip)
{
	for (unsigned i = 0; i < FRAG_DATAGRAMS; i++) {
		struct frag_datagram *d = &t->datagram[i];

		if (d->used && d->ident == ip->packet_id &&
		    d->src == ip->src_addr && d->dst == ip->dst_addr &&
		    d->proto == ip->next_proto_id)
			return d;
	}
	return NULL;
}

static struct frag_datagram *oldest(struct frag_table *t)
{
	struct frag_datagram *old = NULL;

	for (unsigned i = 0; i < FRAG_DATAGRAMS; i++) {
		struct frag_datagram *d = &t->datagram[i];

		if (d->used &&
		    (!old || d->timer.expires_ns < old->timer.expires_ns))
			old = d;
	}
	return old;
}

static void evict_oldest(struct net *n)
{
	STAT(n, ip_frag_evicted);
	discard(n, oldest(&ip_state(n)->frag));
}

static struct frag_datagram *start(struct net *n, const struct rte_ipv4_hdr *ip)
{
	struct frag_table *t = &ip_state(n)->frag;
	struct frag_datagram *d = NULL;

	for (unsigned i = 0; !d && i < FRAG_DATAGRAMS; i++)
		if (!t->datagram[i].used)
			d = &t->datagram[i];
	if (!d) {
		d = oldest(t);
		STAT(n, ip_frag_evicted);
		discard(n, d);
	}
	d->src = ip->src_addr;
	d->dst = ip->dst_addr;
	d->ident = ip->packet_id;
	d->proto = ip->next_proto_id;
	d->used = 1;
	d->npieces = 0;
	d->have = 0;
	d->total = 0;
	d->timer.fn = timeout;
	timer_arm(&n->wheel, &d->timer, n->now + FRAG_TIMEOUT_NS);
	return d;
}

enum verdict {
	KEPT,
	DUPLICATE,
	OVERLAP,
	TOO_MANY,
};

/* Insert p by its offset. */
static enum verdict insert(struct frag_datagram *d, struct frag_piece p)
{
	unsigned i = d->npieces;

	while (i && d->piece[i - 1].off >= p.off)
		i--;
	if (i < d->npieces && d->piece[i].off == p.off &&
	    d->piece[i].len == p.len)
		return DUPLICATE;
	if ((i < d->npieces && p.off + p.len > d->piece[i].off) ||
	    (i && d->piece[i - 1].off + d->piece[i - 1].len > p.off))
		return OVERLAP;
	if (d->npieces == FRAG_PIECES)
		return TOO_MANY;
	memmove(&d->piece[i + 1], &d->piece[i],
		(d->npieces - i) * sizeof(d->piece[0]));
	d->piece[i] = p;
	d->npieces++;
	d->have += p.len;
	return KEPT;
}

/* Does the end that p tells agree with what is there? Notes it. */
static int end_agrees(struct frag_datagram *d, const struct frag_piece *p,
		      int last)
{
	uint32_t end = (uint32_t)p->off + p->len, top = 0;

	if (d->npieces)
		top = (uint32_t)d->piece[d->npieces - 1].off +
		      d->piece[d->npieces - 1].len;
	if (d->total && (last ? end != d->total : end >= d->total))
		return 0;
	if (last && top > end)
		return 0;
	if (last)
		d->total = end;
	return 1;
}

/* Chain the pieces: d is whole. */
static struct rte_mbuf *join(struct net *n, struct frag_datagram *d)
{
	struct rte_mbuf *head = d->piece[0].m,
			*tail = rte_pktmbuf_lastseg(head);
	uint16_t k = d->npieces;

	for (unsigned i = 1; i < k; i++) {
		struct rte_mbuf *m = d->piece[i].m;

		mbuf_adj(m, d->piece[i].hlen);
		tail->next = m;
		tail = rte_pktmbuf_lastseg(m);
		head->nb_segs = (uint16_t)(head->nb_segs + m->nb_segs);
		head->pkt_len += m->pkt_len;
	}
	head->ol_flags &=
		~(RTE_MBUF_F_RX_L4_CKSUM_MASK | RTE_MBUF_F_RX_IP_CKSUM_MASK);
	forget(n, d);
	STAT(n, ip_reassembled);
	return head;
}

static void refuse(struct net *n, struct frag_datagram *d, struct rte_mbuf *m,
		   uint64_t *counter)
{
	(*counter)++;
	rte_pktmbuf_free(m);
	discard(n, d);
}

static struct rte_mbuf *keep(struct net *n, struct frag_datagram *d,
			     struct frag_piece p)
{
	switch (insert(d, p)) {
	case KEPT:
		ip_state(n)->frag.mbufs++;
		break;
	case DUPLICATE:
		STAT(n, ip_frag_duplicate);
		rte_pktmbuf_free(p.m);
		return NULL;
	case OVERLAP:
		refuse(n, d, p.m, &n->stats.ip_frag_overlap);
		return NULL;
	case TOO_MANY:
		refuse(n, d, p.m, &n->stats.ip_frag_pieces);
		return NULL;
	}
	if (d->total && d->have == d->total)
		return join(n, d);
	if (ip_state(n)->frag.mbufs > FRAG_MBUFS)
		evict_oldest(n);
	return NULL;
}

struct rte_mbuf *frag_input(struct net *n, struct rte_mbuf *m,
			    const struct rte_ipv4_hdr *ip, uint16_t hlen)
{
	uint16_t field = rte_be_to_cpu_16(ip->fragment_offset);
	int last = !(field & RTE_IPV4_HDR_MF_FLAG);
	uint32_t off = (field & RTE_IPV4_HDR_OFFSET_MASK) * 8u;
	uint32_t len = m->pkt_len - hlen;
	struct frag_datagram *d = find(&ip_state(n)->frag, ip);
	struct frag_piece p = { m, (uint16_t)off, (uint16_t)len, hlen };

	STAT(n, ip_fragments_rx);
	if (!d)
		d = start(n, ip);
	if (len == 0 || (!last && len % 8) || off + len > L4_MAX ||
	    !end_agrees(d, &p, last)) {
		refuse(n, d, m, &n->stats.ip_frag_bad);
		return NULL;
	}
	return keep(n, d, p);
}

void frag_fini(struct net *n)
{
	struct frag_table *t = &ip_state(n)->frag;

	for (unsigned i = 0; i < FRAG_DATAGRAMS; i++)
		if (t->datagram[i].used)
			discard(n, &t->datagram[i]);
}
