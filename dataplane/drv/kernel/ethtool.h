/* SPDX-License-Identifier: MIT */
/*
 * ethtool.h - offloads and channels of the kernel's interfaces
 */
#ifndef IX_DRV_ETHTOOL_H
#define IX_DRV_ETHTOOL_H

#include <stdint.h>

/* Offload features, which change what frames a packet or XDP socket sees. */
#define LINK_RX_CSUM 0x01
#define LINK_TX_CSUM 0x02
#define LINK_SG 0x04
#define LINK_TSO 0x08
#define LINK_GSO 0x10
#define LINK_GRO 0x20
#define LINK_LRO 0x40
#define LINK_ALL 0x7f

/* All return 0 or -errno unless they say otherwise. */
/* Which of the features in mask (LINK_*) are on. */
int link_features(const char *name, uint32_t mask, uint32_t *on_out);
int link_set_features(const char *name, uint32_t mask, int on);
int link_is_veth(const char *ifn); /* 1 or 0 */
/* The number of rx/tx channel pairs; 1 if the device does not have channels. */
int link_channels(const char *name, unsigned *out);

#endif
