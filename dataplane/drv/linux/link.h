/* SPDX-License-Identifier: MIT */
/*
 * link.h - the kernel's network interfaces, over rtnetlink and ioctl
 */
#ifndef IX_DRV_LINK_H
#define IX_DRV_LINK_H

#include <rte_ether.h>
#include <stdint.h>

#define LINK_NAME_MAX 15

/* Features that change what a frame on the wire looks like. */
#define LINK_RX_CSUM 0x01
#define LINK_TX_CSUM 0x02
#define LINK_SG 0x04
#define LINK_TSO 0x08
#define LINK_GSO 0x10
#define LINK_GRO 0x20
#define LINK_LRO 0x40
#define LINK_ALL 0x7f

struct link_veth {
	const char *name; /* the kernel's end */
	const char *peer; /* the stack's end */
	uint16_t mtu;	  /* 0: default */
	uint16_t queues;
};

/* All return 0 or -errno. */
int link_exists(const char *name); /* 1 or 0 */
int link_veth_create(const struct link_veth *v);
int link_delete(const char *name);
int link_up(const char *name);
int link_is_up(const char *name); /* 1 or 0, or -errno */
int link_promisc(const char *name, int on);
int link_get_mtu(const char *name, uint16_t *mtu_out);
int link_set_mtu(const char *name, uint16_t mtu);
int link_get_mac(const char *name, struct rte_ether_addr *out);
int link_add_ip4(const char *name, uint32_t ip, uint8_t prefix);
/* No address of its own will ever appear on it, no ARP answer leaves it. */
void link_mute(const char *name);
/* Which of LINK_* in mask are on. */
int link_features(const char *name, uint32_t mask, uint32_t *on_out);
int link_set_features(const char *name, uint32_t mask, int on);
/* 0: it has no wire behind it that a checksum could be wrong by. */
int link_has_wire(const char *ifn);
int link_is_veth(const char *ifn); /* 1 or 0 */
/* Rx/tx channel pairs; 1 where the device has no such notion. */
int link_channels(const char *name, unsigned *out);

#endif
