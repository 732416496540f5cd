// SPDX-License-Identifier: MIT
/*
 * udp_send.c - UDP: datagrams sent (RFC 768, RFC 8085 3.2)
 *
 * The program's bytes are copied. Datagrams above the MTU are fragmented
 * without DF; IX_UDP_DONTFRAG sets it and refuses them. Bytes of several calls
 * make one datagram (IX_UDP_MORE), or those of one call several (lport).
 */
#include "net/udp/udp_send.h"

#include <errno.h>
#include <netinet/in.h>
#include <rte_ip.h>
#include <rte_udp.h>

#include "mem/uaccess.h"
#include "net/eth/eth.h"
#include "net/ip/ip_output.h"
#include "net/ip/route.h"
#include "net/udp/udp_port.h"

#define HEADER sizeof(struct rte_udp_hdr)
#define HEADERS (HEADER + sizeof(struct rte_ipv4_hdr))
#define LOOP_MTU 65536u
#define CUTS_MAX 128 /* datagrams of one call: as Linux's UDP_MAX_SEGMENTS */
/* those that ip_output() knows by the same bits */
#define IP_FLAGS (IP_OUT_DF | IP_OUT_WHOLE | IP_OUT_DEV_MTU | IP_OUT_NO_CKSUM)

_Static_assert(IP_OUT_DF == IX_UDP_DONTFRAG && IP_OUT_WHOLE == IX_UDP_WHOLE &&
		       IP_OUT_DEV_MTU == IX_UDP_DEV_MTU &&
		       IP_OUT_NO_CKSUM == IX_UDP_NO_CKSUM,
	       "flags of UDP_SENDV are those of ip_output()");

static int64_t sg_total(const struct ix_sg *sg, unsigned count)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < count; i++) {
		if (sg[i].len > UDP_PAYLOAD_MAX)
			return -EMSGSIZE;
		total += sg[i].len;
	}
	return total > UDP_PAYLOAD_MAX ? -EMSGSIZE : (int64_t)total;
}

/* The mbuf to fill next: the last one while it has room. */
static struct rte_mbuf *grow(struct net *n, struct rte_mbuf *head,
			     struct rte_mbuf *tail)
{
	struct rte_mbuf *m;

	if (rte_pktmbuf_tailroom(tail))
		return tail;
	m = net_alloc(n);
	if (!m)
		return NULL;
	tail->next = m;
	head->nb_segs++;
	return m;
}

/* Copy the program's bytes behind what is there. 0, -ENOBUFS or -EFAULT. */
static int copy_in(struct net *n, struct rte_mbuf *head, const struct ix_sg *sg,
		   unsigned count)
{
	struct rte_mbuf *tail = rte_pktmbuf_lastseg(head);

	for (unsigned i = 0; i < count; i++) {
		uint64_t from = sg[i].base;
		uint64_t left = sg[i].len;

		while (left) {
			uint16_t part;

			tail = grow(n, head, tail);
			if (!tail)
				return -ENOBUFS;
			part = rte_pktmbuf_tailroom(tail);
			part = (uint16_t)RTE_MIN(left, part);
			if (uaccess_get(rte_pktmbuf_mtod_offset(tail, char *,
								tail->data_len),
					from, part) < 0)
				return -EFAULT;
			tail->data_len = (uint16_t)(tail->data_len + part);
			head->pkt_len += part;
			from += part;
			left -= part;
		}
	}
	return 0;
}

/* The source: as the call says, as bound, or chosen by the route. */
static int set_source(const struct net *n, const struct udp_pcb *p,
		      uint16_t opt, struct ix_addr *src_out)
{
	static const struct ix_addr any;

	if (opt > n->sh->info.naddrs)
		return -EINVAL;
	if (opt)
		*src_out = n->sh->info.addrs[opt - 1].ip;
	else
		*src_out = addr_is_any(&p->lip) ? any : p->lip;
	return 0;
}

/* Point the port's path at this datagram's destination. */
static int set_path(struct net *n, struct udp_pcb *p, const struct ix_bsys *b)
{
	uint8_t ttl = (uint8_t)b->len, tos = (uint8_t)(b->len >> 8);
	struct ip_path new = { .dst = b->ip,
			       .ttl = ttl ? ttl : p->ttl,
			       .tos = b->flags & IX_UDP_TOS ? tos : p->tos };
	int rc = set_source(n, p, b->opt, &new.src);

	if (rc < 0)
		return rc;
	if (p->path.resolved && addr_equal(&p->path.dst, &new.dst) &&
	    addr_equal(&p->asked, &new.src) && p->path.ttl == new.ttl &&
	    p->path.tos == new.tos)
		return 0;
	p->asked = new.src;
	if (addr_equal(&p->path.dst, &new.dst))
		new.mtu = p->path.mtu;
	rc = ip_route(n, &new);
	if (rc == 0)
		p->path = new;
	return rc;
}

static uint32_t mtu_of(const struct net *n, const struct udp_pcb *p,
		       unsigned flags)
{
	if (p->path.loop)
		return LOOP_MTU;
	return flags & IP_OUT_DEV_MTU ? n->sh->dev[p->path.dev].mtu :
					ip_mtu(n, &p->path);
}

/* m's data begins at the header that is to be filled in. */
static int send_one(struct net *n, struct udp_pcb *p, struct rte_mbuf *m,
		    const struct udp_how *how)
{
	struct rte_udp_hdr *h = rte_pktmbuf_mtod(m, struct rte_udp_hdr *);

	h->src_port = rte_cpu_to_be_16(p->lport);
	h->dst_port = rte_cpu_to_be_16(how->rport);
	h->dgram_len = rte_cpu_to_be_16((uint16_t)m->pkt_len);
	h->dgram_cksum = 0;
	STAT(n, udp_tx);
	return ip_output(n, m, &p->path, IPPROTO_UDP, how->flags & IP_FLAGS);
}

/* As Linux refuses them. */
static int may_cut(const struct net *n, const struct udp_pcb *p,
		   const struct udp_how *how, uint32_t len)
{
	return how->cut + HEADERS <= mtu_of(n, p, how->flags) &&
	       len <= how->cut * (uint32_t)CUTS_MAX &&
	       !(how->flags & IX_UDP_NO_CKSUM);
}

/* What is lost after the first has been sent is lost as on the wire. */
static int send_cut(struct net *n, struct udp_pcb *p, struct rte_mbuf *whole,
		    const struct udp_how *how)
{
	uint32_t off, part;
	int rc = 0;

	for (off = HEADER; rc == 0 && off < whole->pkt_len; off += part) {
		struct rte_mbuf *m;

		part = RTE_MIN(whole->pkt_len - off, (uint32_t)how->cut);
		m = rte_pktmbuf_copy(whole, n->pool, off, part);
		if (!m) {
			STAT(n, nobuf);
			rc = -ENOBUFS;
		} else {
			rte_pktmbuf_prepend(m, HEADER);
			rc = send_one(n, p, m, how);
		}
		if (off > HEADER)
			rc = 0;
	}
	return rc;
}

/* Takes m over. */
static int transmit(struct net *n, struct udp_pcb *p, struct rte_mbuf *m,
		    const struct udp_how *how)
{
	uint32_t len = m->pkt_len - (uint32_t)HEADER;
	int rc = -EINVAL;

	if (!how->cut)
		return send_one(n, p, m, how);
	if (may_cut(n, p, how, len)) {
		if (len <= how->cut)
			return send_one(n, p, m, how);
		rc = send_cut(n, p, m, how);
	}
	rte_pktmbuf_free(m);
	return rc;
}

void udp_drop_pending(struct udp *u, struct udp_pcb *p)
{
	if (!p->pending)
		return;
	u->held -= p->pending->nb_segs;
	rte_pktmbuf_free(p->pending);
	p->pending = NULL;
}

/* Are so many bytes more than IP takes, or than may leave in one piece? */
static int too_long(const struct net *n, const struct udp_pcb *p,
		    const struct udp_how *how, uint64_t len)
{
	if (len > UDP_PAYLOAD_MAX)
		return 1;
	return how->flags & (IP_OUT_DF | IP_OUT_WHOLE) && !how->cut &&
	       len + HEADERS > mtu_of(n, p, how->flags);
}

/* Keep m, which was not pending, for what is to follow. */
static int keep(struct udp *u, struct udp_pcb *p, struct rte_mbuf *m,
		const struct udp_how *how)
{
	p->pending = m;
	p->how = *how;
	u->held += m->nb_segs;
	if (u->held <= u->max_held)
		return 0;
	udp_drop_pending(u, p);
	return -ENOBUFS;
}

/* The program's bytes come behind those of m, which is sent or kept; takes m
 * over. */
static int add(struct net *n, struct udp_pcb *p, struct rte_mbuf *m,
	       const struct ix_bsys *b, const struct ix_sg *sg,
	       const struct udp_how *how)
{
	int rc = copy_in(n, m, sg, b->count);

	if (rc < 0) {
		rte_pktmbuf_free(m);
		return rc;
	}
	return b->flags & IX_UDP_MORE ? keep(n->udp, p, m, how) :
					transmit(n, p, m, how);
}

/* The program's bytes come behind those that are kept, wherever they go. */
static int append(struct net *n, struct udp_pcb *p, const struct ix_bsys *b,
		  const struct ix_sg *sg, int64_t total)
{
	struct rte_mbuf *m = p->pending;
	struct udp_how how = p->how;

	n->udp->held -= m->nb_segs;
	p->pending = NULL;
	if (total < 0 ||
	    too_long(n, p, &how, m->pkt_len - HEADER + (uint64_t)total)) {
		rte_pktmbuf_free(m);
		return -EMSGSIZE;
	}
	return add(n, p, m, b, sg, &how);
}

/* Frames that the bytes may become, at most. */
static uint64_t frames(const struct udp_how *how, int64_t total)
{
	uint64_t len = (uint64_t)total;

	return how->cut ? len / how->cut + len / UDP_FRAGMENT_MIN :
			  len / UDP_FRAGMENT_MIN;
}

static int start(struct net *n, struct udp_pcb *p, const struct ix_bsys *b,
		 const struct ix_sg *sg, int64_t total)
{
	struct udp_how how = { .flags = b->flags,
			       .rport = b->rport,
			       .cut = b->lport };
	struct rte_mbuf *m;
	int rc = set_path(n, p, b);

	if (rc < 0)
		return rc;
	p->df |= how.flags & IX_UDP_DONTFRAG;
	if (too_long(n, p, &how, (uint64_t)total)) {
		STAT(n, ip_drop_mtu);
		return -EMSGSIZE;
	}
	if (how.cut && !(how.flags & IX_UDP_MORE) &&
	    !may_cut(n, p, &how, (uint32_t)total))
		return -EINVAL;
	if (!p->path.loop && net_tx_room(n) <= frames(&how, total)) {
		STAT(n, udp_tx_again);
		return -EAGAIN;
	}
	m = net_alloc(n);
	if (!m)
		return -ENOBUFS;
	rte_pktmbuf_append(m, HEADER);
	return add(n, p, m, b, sg, &how);
}

int64_t udp_call_sendv(struct net *n, const struct ix_bsys *b,
		       const struct ix_sg *sg)
{
	struct udp_pcb *p = udp_pcb(n->udp, b->handle);
	int64_t total = sg_total(sg, b->count);
	int rc;

	if (!p)
		return -EBADF;
	if (p->pending) {
		rc = append(n, p, b, sg, total);
		return rc < 0 ? rc : total;
	}
	if (b->rport == 0 || (b->flags & ~UDP_SEND_FLAGS))
		return -EINVAL;
	if (total < 0)
		return total;
	rc = start(n, p, b, sg, total);
	return rc < 0 ? rc : total;
}
