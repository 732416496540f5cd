/* SPDX-License-Identifier: MIT */
/*
 * udp_send.h - bytes of a datagram that more is to come of
 */
#ifndef IX_NET_UDP_SEND_H
#define IX_NET_UDP_SEND_H

#include "net/udp/udp_port.h"

/* Forget the bytes that are kept. */
void udp_drop_pending(struct udp *u, struct udp_pcb *p);

#endif
