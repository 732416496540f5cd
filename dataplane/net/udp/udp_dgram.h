/* SPDX-License-Identifier: MIT */
/*
 * udp_dgram.h - datagrams and errors that wait for the program
 */
#ifndef IX_NET_UDP_DGRAM_H
#define IX_NET_UDP_DGRAM_H

#include "net/udp/udp_port.h"

/* NULL: there are none, or segs mbufs more would be too many. */
struct udp_dgram *udp_dgram_take(struct udp *u, uint16_t segs);
void udp_dgram_free(struct udp *u, struct udp_dgram *d);
/* Free what the list holds. */
void udp_dgrams_free(struct udp *u, struct udp_dgram *first);
/* An event of p, without what its type adds. */
struct ix_event udp_event(const struct udp_pcb *p, uint16_t type);

#endif
