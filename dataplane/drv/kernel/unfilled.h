/* SPDX-License-Identifier: MIT */
/*
 * unfilled.h - frames from this machine whose L4 checksum was never filled in
 */
#ifndef IX_DRV_UNFILLED_H
#define IX_DRV_UNFILLED_H

#include <rte_mbuf.h>
#include <stdint.h>

/* Is the interface a real card, so that a wrong checksum may be due to the
 * wire? veth, virtio and the like are not. */
int link_has_wire(const char *ifn);
/* Set RTE_MBUF_F_RX_L4_CKSUM_NONE on frames whose TCP or UDP checksum field
 * holds the sum of the pseudo header: the sender left it to a device to fill in
 * the checksum, and it is not to be checked. */
void unfilled_mark(struct rte_mbuf **pkts, uint16_t n);

#endif
