/* SPDX-License-Identifier: MIT */
/*
 * udp_send.h - datagrams whose bytes come in several calls (IX_UDP_MORE)
 */
#ifndef IX_NET_UDP_SEND_H
#define IX_NET_UDP_SEND_H

#include "net/udp/udp_port.h"

/* Drop the datagram that was begun and not finished, if there is one. */
void udp_drop_pending(struct udp *u, struct udp_pcb *p);

#endif
