/* SPDX-License-Identifier: MIT */
/*
 * ethtool.h - what an interface does besides carrying frames
 */
#ifndef IX_DRV_ETHTOOL_H
#define IX_DRV_ETHTOOL_H

#include <stdint.h>

/* Features that change what a frame on the wire looks like. */
#define LINK_RX_CSUM 0x01
#define LINK_TX_CSUM 0x02
#define LINK_SG 0x04
#define LINK_TSO 0x08
#define LINK_GSO 0x10
#define LINK_GRO 0x20
#define LINK_LRO 0x40
#define LINK_ALL 0x7f

/* All return 0 or -errno. */
/* Which of LINK_* in mask are on. */
int link_features(const char *name, uint32_t mask, uint32_t *on_out);
int link_set_features(const char *name, uint32_t mask, int on);
int link_is_veth(const char *ifn); /* 1 or 0 */
/* Rx/tx channel pairs; 1 where the device has no such notion. */
int link_channels(const char *name, unsigned *out);

#endif
