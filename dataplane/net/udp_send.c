// SPDX-License-Identifier: MIT
/*
 * udp_send.c - UDP: datagrams sent (RFC 768, RFC 8085 3.2)
 *
 * The program's bytes are copied. Datagrams above the MTU are fragmented
 * without DF; IX_UDP_DONTFRAG sets it and refuses them.
 */
#include <errno.h>
#include <netinet/in.h>
#include <rte_udp.h>

#include "mem/uaccess.h"
#include "net/udp_port.h"

#define HEADER sizeof(struct rte_udp_hdr)

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

/* Copy the program's bytes behind the header. 0, -ENOBUFS or -EFAULT. */
static int copy_in(struct net *n, struct rte_mbuf *head, const struct ix_sg *sg,
		   unsigned count)
{
	struct rte_mbuf *tail = head;

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

static int build(struct net *n, const struct udp_pcb *p,
		 const struct ix_bsys *b, const struct ix_sg *sg,
		 struct rte_mbuf **m_out)
{
	struct rte_mbuf *m = net_alloc(n);
	struct rte_udp_hdr *h;
	int rc;

	if (!m)
		return -ENOBUFS;
	h = (void *)rte_pktmbuf_append(m, HEADER);
	rc = copy_in(n, m, sg, b->count);
	if (rc < 0) {
		rte_pktmbuf_free(m);
		return rc;
	}
	h->src_port = rte_cpu_to_be_16(p->lport);
	h->dst_port = rte_cpu_to_be_16(b->rport);
	h->dgram_len = rte_cpu_to_be_16((uint16_t)m->pkt_len);
	h->dgram_cksum = 0;
	*m_out = m;
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
	struct ip_path new = { .dst = b->ip, .ttl = p->ttl, .tos = p->tos };
	int rc = set_source(n, p, b->opt, &new.src);

	if (rc < 0)
		return rc;
	if (p->path.resolved && addr_equal(&p->path.dst, &new.dst) &&
	    addr_equal(&p->asked, &new.src) && p->path.ttl == new.ttl &&
	    p->path.tos == new.tos)
		return 0;
	p->asked = new.src;
	rc = ip_route(n, &new);
	if (rc == 0)
		p->path = new;
	return rc;
}

int64_t udp_sendv(struct net *n, const struct ix_bsys *b,
		  const struct ix_sg *sg)
{
	struct udp_pcb *p = udp_pcb(n->udp, b->handle);
	int64_t total = sg_total(sg, b->count);
	struct rte_mbuf *m;
	int rc;

	if (!p)
		return -EBADF;
	if (b->rport == 0 || (b->flags & ~IX_UDP_DONTFRAG))
		return -EINVAL;
	if (total < 0)
		return total;
	rc = set_path(n, p, b);
	if (rc < 0)
		return rc;
	if (!p->path.loop &&
	    net_tx_room(n) <= (uint64_t)total / UDP_FRAGMENT_MIN) {
		STAT(n, udp_tx_again);
		return -EAGAIN;
	}
	rc = build(n, p, b, sg, &m);
	if (rc < 0)
		return rc;
	STAT(n, udp_tx);
	rc = ip_output(n, m, &p->path, IPPROTO_UDP, b->flags & IX_UDP_DONTFRAG);
	return rc < 0 ? rc : total;
}
