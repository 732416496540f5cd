/* SPDX-License-Identifier: MIT */
/*
 * vnet.h - struct virtio_net_hdr: checksum and segmentation left to the
 * receiver
 */
#ifndef IX_DRV_VNET_H
#define IX_DRV_VNET_H

#include <linux/virtio_net.h>
#include <rte_mbuf.h>

/* Fill in *h with what the kernel is to do for m, according to m's offload
 * flags and lengths. Only once for each m, as it may change m's checksum
 * field. */
void vnet_from_mbuf(struct virtio_net_hdr *h, struct rte_mbuf *m);

/* Set m's offload flags and tso_segsz from what the kernel says in *h about
 * checksum and segmentation. 0, or -EINVAL: it is inconsistent or not
 * supported, and m is unchanged. */
int vnet_to_mbuf(const struct virtio_net_hdr *h, struct rte_mbuf *m);

#endif
