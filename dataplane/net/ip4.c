// SPDX-License-Identifier: MIT
/*
 * ip4.c - IPv4 input (RFC 791, RFC 1122 3.2)
 *
 * Options are skipped; nothing is forwarded. Multicast is received by nobody.
 */
#include <netinet/in.h>
#include <rte_ip_frag.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "net/cksum.h"
#include "net/icmp.h"
#include "net/ip_state.h"
#include "net/tcp.h"
#include "net/udp.h"

#define L4_MIN 8 /* bytes: of a UDP or ICMP header */
#define TCP_HEADER_MAX 60

static void drop(struct rte_mbuf *m, uint64_t *counter)
{
	(*counter)++;
	rte_pktmbuf_free(m);
}

/* Cut m to len bytes (Ethernet pads short frames). */
static void trim_to(struct rte_mbuf *m, uint32_t len)
{
	struct rte_mbuf *s = m;
	uint32_t left = len;

	m->pkt_len = len;
	for (; s->data_len < left; s = s->next)
		left -= s->data_len;
	s->data_len = (uint16_t)left;
	if (likely(!s->next))
		return;
	rte_pktmbuf_free(s->next);
	s->next = NULL;
	m->nb_segs = 1;
	for (s = m; s->next; s = s->next)
		m->nb_segs++;
}

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
	if (ip->version_ihl >> 4 != IPVERSION)
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

/* m's data begins at L4. */
static int l4_cksum_ok(const struct rte_mbuf *m, const struct ip_rx *rx)
{
	uint64_t flags = m->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK;
	const struct rte_udp_hdr *udp = rte_pktmbuf_mtod(m, const void *);

	/* NONE: not filled in, for the packet has not left this machine */
	if (flags == RTE_MBUF_F_RX_L4_CKSUM_GOOD ||
	    flags == RTE_MBUF_F_RX_L4_CKSUM_NONE)
		return 1;
	if (rx->proto == IPPROTO_UDP && udp->dgram_cksum == 0)
		return 1;
	return cksum_fold(cksum_add_mbuf(cksum_pseudo4(addr_v4(&rx->src),
						       addr_v4(&rx->dst),
						       rx->proto, m->pkt_len),
					 m)) == 0xffff;
}

/* Put the IP header back in front and answer by an ICMP error. */
static void refuse(struct net *n, struct rte_mbuf *m, uint16_t hlen,
		   uint8_t code)
{
	rte_pktmbuf_prepend(m, hlen);
	icmp_error(n, m, ICMP_UNREACHABLE, code);
	rte_pktmbuf_free(m);
}

static void udp_cut_and_input(struct net *n, struct rte_mbuf *m,
			      const struct ip_rx *rx, uint16_t hlen)
{
	const struct rte_udp_hdr *udp = rte_pktmbuf_mtod(m, const void *);
	uint16_t len = rte_be_to_cpu_16(udp->dgram_len);

	if (len < sizeof(*udp) || len > m->pkt_len) {
		drop(m, &n->stats.udp_drop_len);
		return;
	}
	if (unlikely(len < m->pkt_len))
		trim_to(m, len);
	if (!l4_cksum_ok(m, rx))
		drop(m, &n->stats.ip_drop_l4_cksum);
	else if (udp_input(n, m, rx) < 0)
		refuse(n, m, hlen, ICMP_UNREACH_PORT);
}

static void tcp_check_and_input(struct net *n, struct rte_mbuf *m,
				const struct ip_rx *rx, enum ip4_dst kind)
{
	uint32_t want = RTE_MIN(m->pkt_len, (uint32_t)TCP_HEADER_MAX);

	if (kind != IP4_LOCAL) /* RFC 9293 MUST-57 */
		drop(m, &n->stats.ip_drop_bcast);
	else if (m->pkt_len < sizeof(struct rte_tcp_hdr) ||
		 mbuf_pullup(m, want) < 0)
		drop(m, &n->stats.ip_drop_l4_short);
	else if (!l4_cksum_ok(m, rx))
		drop(m, &n->stats.ip_drop_l4_cksum);
	else
		tcp_input(n, m, rx);
}

/* m's data begins at L4. */
static void deliver(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx,
		    enum ip4_dst kind, uint16_t hlen)
{
	if (rx->proto != IPPROTO_TCP && rx->proto != IPPROTO_UDP &&
	    rx->proto != IPPROTO_ICMP) {
		STAT(n, ip_drop_proto);
		refuse(n, m, hlen, ICMP_UNREACH_PROTO);
		return;
	}
	if (m->pkt_len < L4_MIN || mbuf_pullup(m, L4_MIN) < 0)
		drop(m, &n->stats.ip_drop_l4_short);
	else if (rx->proto == IPPROTO_TCP)
		tcp_check_and_input(n, m, rx, kind);
	else if (rx->proto == IPPROTO_UDP)
		udp_cut_and_input(n, m, rx, hlen);
	else
		icmp_input(n, m, rx);
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
		drop(m, wrong);
		return;
	}
	ip = rte_pktmbuf_mtod(m, const struct rte_ipv4_hdr *);
	kind = ip4_classify(n->sh, ip->dst_addr, &rx.local);
	if (unlikely(!dst_valid(kind, ip->dst_addr, looped))) {
		drop(m, &n->stats.ip_drop_dst);
		return;
	}
	if (unlikely(!src_valid(n, ip->src_addr, looped))) {
		drop(m, &n->stats.ip_drop_src);
		return;
	}
	if (m->pkt_len != rte_be_to_cpu_16(ip->total_length))
		trim_to(m, rte_be_to_cpu_16(ip->total_length));
	if (unlikely(rte_ipv4_frag_pkt_is_fragmented(ip))) {
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
	mbuf_adj(m, hlen);
	deliver(n, m, &rx, kind, hlen);
}
