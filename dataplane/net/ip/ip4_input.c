// SPDX-License-Identifier: MIT
/*
 * ip4_input.c - IPv4 input (RFC 791, RFC 1122 3.2)
 *
 * Options are skipped; nothing is forwarded. Multicast is received by nobody.
 */
#include "net/ip/ip4_input.h"

#include <rte_ip.h>
#include <rte_ip_frag.h>

#include "net/common/cksum.h"
#include "net/common/mbuf.h"
#include "net/flow/flow.h"
#include "net/ip/frag.h"
#include "net/ip/ip_deliver.h"

#define IP4_VERSION 4

static int header_cksum_ok(const struct rte_mbuf *m,
			   const struct rte_ipv4_hdr *ip, uint16_t hlen)
{
	uint64_t flags = m->ol_flags & RTE_MBUF_F_RX_IP_CKSUM_MASK;

	if (flags == RTE_MBUF_F_RX_IP_CKSUM_GOOD)
		return 1;
	return cksum_fold(cksum_add(0, ip, hlen)) == 0xffff;
}

/* Steps of RFC 1122 3.2.1: version, lengths, checksum. NULL: all right, else
 * the counter of what is wrong. */
static uint64_t *check_header(struct net *n, const struct rte_mbuf *m,
			      uint16_t *hlen_out)
{
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod(m, const void *);
	uint16_t hlen, total;

	if (m->data_len < sizeof(*ip))
		return &n->stats.ip_drop_short;
	if (ip->version_ihl >> 4 != IP4_VERSION)
		return &n->stats.ip_drop_version;
	hlen = rte_ipv4_hdr_len(ip);
	if (hlen < sizeof(*ip) || hlen > m->data_len)
		return &n->stats.ip_drop_hlen;
	total = rte_be_to_cpu_16(ip->total_length);
	if (total < hlen || total > m->pkt_len)
		return &n->stats.ip_drop_len;
	if (!header_cksum_ok(m, ip, hlen))
		return &n->stats.ip_drop_cksum;
	*hlen_out = hlen;
	return NULL;
}

/* All fragments of a datagram meet at one elastic thread, whichever queue they
 * come by. */
static int frag_elsewhere(struct net *n, struct rte_mbuf *m,
			  const struct rte_ipv4_hdr *ip, int looped)
{
	struct ix_addr src = addr_from_v4(ip->src_addr);
	struct ix_addr dst = addr_from_v4(ip->dst_addr);
	uint32_t owner = flow_owner(n->sh->flow, &src, &dst, 0, 0);

	if (owner == n->id)
		return 0;
	flow_send(n, owner, FLOW_IP, looped ? FLOW_LOOPED : 0, NULL, m);
	return 1;
}

/* RFC 1122 3.2.1.3: a source is one other host; from us only if looped. */
static int src_valid(const struct net *n, uint32_t src, int looped)
{
	struct ix_addr a = addr_from_v4(src);

	if (looped)
		return 1;
	return !ip4_is_loopback(src) && ip_is_unicast(n->sh, &a) &&
	       ip_addr_index(n->sh, &a) < 0;
}

static int dst_valid(enum ip4_dst kind, uint32_t dst, int looped)
{
	if (kind == IP4_LOCAL)
		return looped || !ip4_is_loopback(dst);
	return kind == IP4_BROADCAST;
}

void ip4_input(struct net *n, struct rte_mbuf *m, int looped)
{
	const struct rte_ipv4_hdr *ip;
	uint64_t *wrong;
	enum ip4_dst kind;
	struct ip_rx rx;
	uint16_t hlen;

	STAT(n, ip_rx);
	wrong = check_header(n, m, &hlen);
	if (unlikely(wrong)) {
		mbuf_drop(m, wrong);
		return;
	}
	ip = rte_pktmbuf_mtod(m, const struct rte_ipv4_hdr *);
	kind = ip4_classify(n->sh, ip->dst_addr, &rx.local);
	if (unlikely(!dst_valid(kind, ip->dst_addr, looped))) {
		mbuf_drop(m, &n->stats.ip_drop_dst);
		return;
	}
	if (unlikely(!src_valid(n, ip->src_addr, looped))) {
		mbuf_drop(m, &n->stats.ip_drop_src);
		return;
	}
	/* Ethernet pads short frames */
	if (m->pkt_len != rte_be_to_cpu_16(ip->total_length))
		mbuf_trim_to(m, rte_be_to_cpu_16(ip->total_length));
	if (unlikely(rte_ipv4_frag_pkt_is_fragmented(ip))) {
		if (n->sh->flow && frag_elsewhere(n, m, ip, looped))
			return;
		m = frag_input(n, m, ip, hlen);
		if (!m)
			return;
		ip = rte_pktmbuf_mtod(m, const struct rte_ipv4_hdr *);
		hlen = rte_ipv4_hdr_len(ip);
	}
	rx.src = addr_from_v4(ip->src_addr);
	rx.dst = addr_from_v4(ip->dst_addr);
	rx.proto = ip->next_proto_id;
	rx.tos = ip->type_of_service;
	rx.ttl = ip->time_to_live;
	rx.broadcast = kind == IP4_BROADCAST;
	rx.hlen = (uint8_t)hlen;
	mbuf_adj(m, hlen);
	ip_deliver(n, m, &rx);
}
