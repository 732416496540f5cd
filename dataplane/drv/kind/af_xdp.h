/* SPDX-License-Identifier: MIT */
/*
 * af_xdp.h - XDP sockets, also as a part of other kinds (veth)
 */
#ifndef IX_DRV_AF_XDP_H
#define IX_DRV_AF_XDP_H

#include "drv/common/dev.h"

void af_xdp_destroy(struct drv_dev *d);
int af_xdp_attach(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn);
uint16_t af_xdp_rx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		   uint16_t n);
uint16_t af_xdp_prepare(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
			uint16_t n);

#endif
