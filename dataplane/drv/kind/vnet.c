// SPDX-License-Identifier: MIT
/*
 * vnet.c - struct virtio_net_hdr: what is left to do with a frame
 *
 * Virtio 1.2 5.1.6 (device types, network device). The kernel is trusted not
 * to lie about checksums; lengths and offsets are checked all the same.
 */
#include "drv/kind/vnet.h"

#include <errno.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>
#include <string.h>

/* DPDK leaves the length out of the pseudo header of what is to be cut, the
 * kernel wants it in. */
static void add_length(rte_be16_t *sum, uint32_t len)
{
	uint32_t v = *sum + (uint32_t)rte_cpu_to_be_16((uint16_t)len);

	*sum = (uint16_t)((v & 0xffff) + (v >> 16));
}

static uint16_t sum_offset(const struct rte_mbuf *m)
{
	if ((m->ol_flags & RTE_MBUF_F_TX_L4_MASK) == RTE_MBUF_F_TX_UDP_CKSUM)
		return offsetof(struct rte_udp_hdr, dgram_cksum);
	return offsetof(struct rte_tcp_hdr, cksum);
}

void vnet_from_mbuf(struct virtio_net_hdr *h, struct rte_mbuf *m)
{
	uint16_t start = (uint16_t)(m->l2_len + m->l3_len);

	memset(h, 0, sizeof(*h));
	if (!(m->ol_flags & (RTE_MBUF_F_TX_L4_MASK | RTE_MBUF_F_TX_TCP_SEG)))
		return;
	h->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	h->csum_start = start;
	h->csum_offset = sum_offset(m);
	if (!(m->ol_flags & RTE_MBUF_F_TX_TCP_SEG))
		return;
	h->gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
	h->gso_size = m->tso_segsz;
	h->hdr_len = (uint16_t)(start + m->l4_len);
	add_length(rte_pktmbuf_mtod_offset(m, rte_be16_t *,
					   start + h->csum_offset),
		   m->pkt_len - start);
}

/* Where the transport header of an IPv4 packet begins; 0: it is none. */
static uint16_t l4_start(const struct rte_mbuf *m)
{
	const struct rte_ether_hdr *eth = rte_pktmbuf_mtod(m, const void *);
	const struct rte_ipv4_hdr *ip = (const void *)(eth + 1);

	if (m->data_len < sizeof(*eth) + sizeof(*ip) ||
	    eth->ether_type != RTE_BE16(RTE_ETHER_TYPE_IPV4))
		return 0;
	return (uint16_t)(sizeof(*eth) + rte_ipv4_hdr_len(ip));
}

/* A checksum of something inside of the packet leaves its own to be checked. */
static int checksum(const struct virtio_net_hdr *h, const struct rte_mbuf *m,
		    uint64_t *ol_flags)
{
	uint32_t field = (uint32_t)h->csum_start + h->csum_offset;

	if (h->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
		if (h->csum_start < RTE_ETHER_HDR_LEN ||
		    field + sizeof(uint16_t) > m->pkt_len)
			return -EINVAL;
		if (h->csum_start == l4_start(m))
			*ol_flags |= RTE_MBUF_F_RX_L4_CKSUM_NONE;
	} else if (h->flags & VIRTIO_NET_HDR_F_DATA_VALID) {
		*ol_flags |= RTE_MBUF_F_RX_L4_CKSUM_GOOD;
	}
	return 0;
}

int vnet_to_mbuf(const struct virtio_net_hdr *h, struct rte_mbuf *m)
{
	uint64_t ol_flags = 0;

	if (checksum(h, m, &ol_flags) < 0)
		return -EINVAL;
	if (h->gso_type != VIRTIO_NET_HDR_GSO_NONE) {
		if ((h->gso_type & ~VIRTIO_NET_HDR_GSO_ECN) !=
			    VIRTIO_NET_HDR_GSO_TCPV4 ||
		    !(ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) ||
		    h->gso_size == 0)
			return -EINVAL;
		ol_flags |= RTE_MBUF_F_RX_LRO;
		m->tso_segsz = h->gso_size;
	}
	m->ol_flags |= ol_flags;
	return 0;
}
