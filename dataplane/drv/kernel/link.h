/* SPDX-License-Identifier: MIT */
/*
 * link.h - the kernel's network interfaces, over rtnetlink and ioctl
 */
#ifndef IX_DRV_LINK_H
#define IX_DRV_LINK_H

#include <rte_ether.h>
#include <stdint.h>

#define LINK_NAME_MAX 15

struct link_veth {
	const char *name; /* the kernel's end */
	const char *peer; /* the stack's end */
	uint16_t mtu;	  /* 0: default */
	uint16_t queues;
};

/* All return 0 or -errno unless they say otherwise. */
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
/* Keep the kernel from giving the interface an IPv6 address and from answering
 * ARP on it. */
void link_mute(const char *name);

#endif
