// SPDX-License-Identifier: MIT
/*
 * unfilled.c - checksums that the kernel has left to a card that is not there
 *
 * Who sends on a veth, or from a virtual machine to its host, leaves the checksum
 * of TCP and UDP to the device: the field holds the sum of the pseudo header
 * (CHECKSUM_PARTIAL), and on a link that is none it stays so. The kernel knows
 * of each packet whether it is one of these, an XDP socket and DPDK's af_packet
 * do not say. What holds just that sum is taken as such. Not where there is a
 * wire: there it is as wrong as any other.
 */
#include <limits.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "drv/kernel/unfilled.h"

#define FRAGMENT 0x3fff /* offset, or more follow */

int link_has_wire(const char *ifn)
{
	char path[64], driver[PATH_MAX];
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/class/net/%.15s/device/driver", ifn);
	n = readlink(path, driver, sizeof(driver) - 1);
	driver[n > 0 ? n : 0] = '\0';
	return n > 0 && !strstr(driver, "virtio");
}

/* -1: there is none. */
static int cksum_of(const struct rte_ipv4_hdr *ip, unsigned len)
{
	unsigned hdr = rte_ipv4_hdr_len(ip);
	const void *l4 = (const char *)ip + hdr;

	if (ip->next_proto_id == IPPROTO_TCP &&
	    len >= hdr + sizeof(struct rte_tcp_hdr))
		return ((const struct rte_tcp_hdr *)l4)->cksum;
	if (ip->next_proto_id == IPPROTO_UDP &&
	    len >= hdr + sizeof(struct rte_udp_hdr))
		return ((const struct rte_udp_hdr *)l4)->dgram_cksum;
	return -1;
}

static int is_unfilled(const struct rte_mbuf *m)
{
	const struct rte_ether_hdr *eth =
		rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);
	const struct rte_ipv4_hdr *ip = (const void *)(eth + 1);

	if (m->data_len < sizeof(*eth) + sizeof(*ip) ||
	    eth->ether_type != RTE_BE16(RTE_ETHER_TYPE_IPV4) ||
	    ip->fragment_offset & RTE_BE16(FRAGMENT))
		return 0;
	return cksum_of(ip, m->data_len - (unsigned)sizeof(*eth)) ==
	       rte_ipv4_phdr_cksum(ip, 0);
}

void unfilled_mark(struct rte_mbuf **pkts, uint16_t n)
{
	uint16_t i;

	for (i = 0; i < n; i++)
		if (is_unfilled(pkts[i]))
			pkts[i]->ol_flags |= RTE_MBUF_F_RX_L4_CKSUM_NONE;
}
