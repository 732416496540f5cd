/* SPDX-License-Identifier: MIT */
/*
 * af_packet.h - packet sockets, also as a part of other kinds (veth)
 */
#ifndef IX_DRV_AF_PACKET_H
#define IX_DRV_AF_PACKET_H

#include "drv/common/dev.h"

int af_packet_attach(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn);
uint16_t af_packet_rx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		      uint16_t n);
void af_packet_counters(const struct drv_dev *d, struct drv_counters *out);

#endif
