// SPDX-License-Identifier: MIT
/*
 * frag.c - IPv4 reassembly (RFC 791 3.2, RFC 815, RFC 1122 3.3.2)
 *
 * rte_ip_frag as packaged takes at most 8 fragments of a datagram (11.8 KB at
 * an MTU of 1500), so this is ours. Fragments that overlap end the datagram,
 * as in Linux and RFC 5722; what is there already is dropped alone. Small ones
 * are copied behind those before them: each mbuf costs much more than it holds.
 */
#include "net/ip/frag.h"

#include <errno.h>
#include <string.h>

#include "net/common/mbuf.h"
#include "net/ip/icmp.h"
#include "net/ip/ip_state.h"

#define L4_MAX (UINT16_MAX - sizeof(struct rte_ipv4_hdr))

static void forget(struct net *n, struct frag_datagram *d)
{
	timer_disarm(&n->wheel, &d->timer);
	n->ip->frag.mbufs -= d->mbufs;
	d->mbufs = 0;
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
	discard(n, oldest(&n->ip->frag));
}

static struct frag_datagram *start(struct net *n, const struct rte_ipv4_hdr *ip)
{
	struct frag_table *t = &n->ip->frag;
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
	d->mbufs = 0;
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

static uint32_t end_of(const struct frag_piece *p)
{
	return (uint32_t)p->off + p->len;
}

/* May bytes be put into m, behind its own? */
static int writable(const struct rte_mbuf *m, uint32_t len)
{
	return (RTE_MBUF_DIRECT(m) || RTE_MBUF_HAS_PINNED_EXTBUF(m)) &&
	       rte_mbuf_refcnt_read(m) == 1 && rte_pktmbuf_tailroom(m) >= len;
}

/* b follows a: they become one, a. */
static void unite(struct frag_datagram *d, struct frag_piece *a,
		  const struct frag_piece *b)
{
	struct rte_mbuf *tail = rte_pktmbuf_lastseg(a->m);

	mbuf_adj(b->m, b->hlen);
	if (b->m->nb_segs == 1 && writable(tail, b->len)) {
		memcpy(rte_pktmbuf_mtod_offset(tail, char *, tail->data_len),
		       rte_pktmbuf_mtod(b->m, void *), b->len);
		tail->data_len = (uint16_t)(tail->data_len + b->len);
		a->m->pkt_len += b->len;
		rte_pktmbuf_free(b->m);
		d->mbufs--;
	} else {
		tail->next = b->m;
		a->m->nb_segs = (uint16_t)(a->m->nb_segs + b->m->nb_segs);
		a->m->pkt_len += b->m->pkt_len;
	}
	a->len = (uint16_t)(a->len + b->len);
}

static void remove_piece(struct frag_datagram *d, unsigned i)
{
	d->npieces--;
	memmove(&d->piece[i], &d->piece[i + 1],
		(d->npieces - i) * sizeof(d->piece[0]));
}

/* Put p in front of piece i, or unite it with its neighbours. */
static enum verdict place(struct frag_datagram *d, unsigned i,
			  struct frag_piece *p)
{
	struct frag_piece *prev = i ? &d->piece[i - 1] : NULL;
	struct frag_piece *next = i < d->npieces ? &d->piece[i] : NULL;
	int joins_next = next && next->off == end_of(p);

	if (prev && end_of(prev) == p->off) {
		unite(d, prev, p);
		if (joins_next) {
			unite(d, prev, next);
			remove_piece(d, i);
		}
		return KEPT;
	}
	if (joins_next) {
		unite(d, p, next);
		*next = *p;
		return KEPT;
	}
	if (d->npieces == FRAG_PIECES)
		return TOO_MANY;
	memmove(&d->piece[i + 1], &d->piece[i],
		(d->npieces - i) * sizeof(d->piece[0]));
	d->piece[i] = *p;
	d->npieces++;
	return KEPT;
}

static enum verdict insert(struct frag_datagram *d, struct frag_piece *p)
{
	unsigned i = d->npieces;
	const struct frag_piece *prev;

	while (i && d->piece[i - 1].off > p->off)
		i--;
	prev = i ? &d->piece[i - 1] : NULL;
	if (prev && p->off < end_of(prev))
		return end_of(p) <= end_of(prev) ? DUPLICATE : OVERLAP;
	if (i < d->npieces && end_of(p) > d->piece[i].off)
		return OVERLAP;
	return place(d, i, p);
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

/* d is whole. */
static struct rte_mbuf *take_whole(struct net *n, struct frag_datagram *d)
{
	struct rte_mbuf *m = d->piece[0].m;

	m->ol_flags &=
		~(RTE_MBUF_F_RX_L4_CKSUM_MASK | RTE_MBUF_F_RX_IP_CKSUM_MASK);
	forget(n, d);
	STAT(n, ip_reassembled);
	return m;
}

static void refuse(struct net *n, struct frag_datagram *d, struct rte_mbuf *m,
		   uint64_t *counter)
{
	(*counter)++;
	rte_pktmbuf_free(m);
	discard(n, d);
}

/* Devices take their mbufs from the same pool. */
static uint32_t mbufs_max(const struct net *n)
{
	return RTE_MIN((uint32_t)FRAG_MBUFS, n->pool->size / 4);
}

static struct rte_mbuf *keep(struct net *n, struct frag_datagram *d,
			     struct frag_piece p)
{
	struct frag_table *t = &n->ip->frag;
	uint16_t was = d->mbufs, len = p.len;
	enum verdict v;

	d->mbufs = (uint16_t)(was + p.m->nb_segs);
	v = insert(d, &p);
	if (v != KEPT)
		d->mbufs = was;
	switch (v) {
	case KEPT:
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
	d->have += len;
	t->mbufs += (uint32_t)(d->mbufs - was);
	if (d->total && d->have == d->total)
		return take_whole(n, d);
	if (t->mbufs > mbufs_max(n))
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
	struct frag_datagram *d = find(&n->ip->frag, ip);
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
	struct frag_table *t = &n->ip->frag;

	for (unsigned i = 0; i < FRAG_DATAGRAMS; i++)
		if (t->datagram[i].used)
			discard(n, &t->datagram[i]);
}
