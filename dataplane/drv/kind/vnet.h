/* SPDX-License-Identifier: MIT */
/*
 * vnet.h - struct virtio_net_hdr: what is left to do with a frame
 */
#ifndef IX_DRV_VNET_H
#define IX_DRV_VNET_H

#include <linux/virtio_net.h>
#include <rte_mbuf.h>

/* What the kernel is to do for m, whose offload flags and lengths are those of
 * DPDK; once only, for it changes the checksum that m carries. */
void vnet_from_mbuf(struct virtio_net_hdr *h, struct rte_mbuf *m);

/* Note in m what the kernel has left undone or found out. 0, or -EINVAL where
 * it makes no sense or was not asked for; m is as it was then. */
int vnet_to_mbuf(const struct virtio_net_hdr *h, struct rte_mbuf *m);

#endif
