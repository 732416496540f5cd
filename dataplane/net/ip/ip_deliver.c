// SPDX-License-Identifier: MIT
/*
 * ip_deliver.c - the one way from IP to the protocols above
 *
 * RFC 1122 3.2.2.1 (a protocol that nobody has is refused), RFC 1071.
 */
#include "net/ip/ip_deliver.h"

#include <netinet/in.h>
#include <rte_ip.h>
#include <rte_udp.h>

#include "net/common/cksum.h"
#include "net/common/mbuf.h"
#include "net/ip/icmp.h"

static int cksum_ok(const struct rte_mbuf *m, const struct ip_rx *rx)
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

int ip_l4_cksum_ok(const struct rte_mbuf *m, const struct ip_rx *rx)
{
	return cksum_ok(m, rx);
}

/* The verdict on m, for protocol u: NULL, it is delivered; or the counter of
 * why not. */
static uint64_t *verdict(struct net *n, struct rte_mbuf *m,
			 const struct ip_rx *rx, const struct ip_upper *u)
{
	uint32_t want = RTE_MIN(m->pkt_len, (uint32_t)u->hdr_most);

	if (unlikely(u->unicast && rx->broadcast))
		return &n->stats.ip_drop_bcast;
	if (unlikely(m->pkt_len < u->hdr_min || mbuf_pullup(m, want) < 0))
		return &n->stats.ip_drop_l4_short;
	if (u->pseudo && unlikely(!cksum_ok(m, rx)))
		return &n->stats.ip_drop_l4_cksum;
	return NULL;
}

void ip_deliver(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx)
{
	const struct ip_upper *u = ip_upper(n, rx->proto);
	uint64_t *refused;

	if (unlikely(!u)) {
		STAT(n, ip_drop_proto);
		icmp_refuse(n, m, rx, ICMP_UNREACH_PROTO);
		return;
	}
	refused = verdict(n, m, rx, u);
	if (unlikely(refused))
		mbuf_drop(m, refused);
	else
		u->input(n, m, rx);
}
