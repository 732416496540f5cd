/* SPDX-License-Identifier: MIT */
/*
 * udp_dgram.h - datagrams and errors that wait for the program
 */
#ifndef IX_NET_UDP_DGRAM_H
#define IX_NET_UDP_DGRAM_H

#include "net/udp/udp_port.h"

/* A free element for a datagram of segs mbufs, which are counted in u->held;
 * NULL: there is none, or the receive queues may not hold so many mbufs. */
struct udp_dgram *udp_dgram_take(struct udp *u, uint16_t segs);
void udp_dgram_free(struct udp *u, struct udp_dgram *d);
/* Free all datagrams of the list. */
void udp_dgrams_free(struct udp *u, struct udp_dgram *first);
/* An event of p with the fields that all types have. */
struct ix_event udp_event(const struct udp_pcb *p, uint16_t type);

#endif
