/* SPDX-License-Identifier: MIT */
/*
 * port.h - what all devices that are ports of ethdev have in common
 */
#ifndef IX_DRV_PORT_H
#define IX_DRV_PORT_H

#include "drv/common/dev.h"

struct port_opts {
	uint16_t mtu;	  /* 0: the device's own */
	uint16_t rx_desc; /* 0: DRV_RING */
	uint16_t tx_desc;
	int want_rss;
	int want_intr; /* rx interrupts, if the PMD has them */
	int promisc;
	unsigned start_ms; /* retry a failed start for so long */
};
int port_create(struct drv_dev *d, struct drv_ctx *ctx, const char *name,
		const char *args);
int port_start(struct drv_dev *d, struct drv_ctx *ctx,
	       const struct port_opts *o);
void port_destroy(struct drv_dev *d);
uint16_t port_rx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		 uint16_t n);
uint16_t port_tx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		 uint16_t n);
uint16_t port_prepare(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		      uint16_t n);
int port_arm(struct drv_dev *d, uint16_t q);
void port_disarm(struct drv_dev *d, uint16_t q);
void port_counters(const struct drv_dev *d, struct drv_counters *out);
/* 0 once the link is up, or -ETIMEDOUT. */
int port_wait_link(struct drv_dev *d, unsigned timeout_ms);
/* Copy each frame of more than max_segs mbufs into one mbuf of pool. Returns
 * how many frames are left in pkts; those that could not be copied are
 * freed. */
uint16_t drv_linearise(struct rte_mempool *pool, struct rte_mbuf **pkts,
		       uint16_t n, uint16_t max_segs);
/* The frame bytes that an mbuf of any of n pools has room for. */
uint32_t pool_room(struct rte_mempool *const *pool, uint16_t n);
/* drv_info.tso_max of a device whose frames may have segs mbufs of room bytes
 * each. */
uint16_t drv_tso_max(uint32_t segs, uint32_t room);

#endif
