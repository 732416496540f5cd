/* SPDX-License-Identifier: MIT */
/*
 * ip_ident.h - the Identification field of IPv4 datagrams (RFC 6864)
 */
#ifndef IX_NET_IP_IDENT_H
#define IX_NET_IP_IDENT_H

#include "net/common/ip_packet.h"

void ip_ident_init(struct net *n);

/* The identification of the next datagram on p. */
uint16_t ip_ident(struct net *n, const struct ip_path *p, uint8_t proto);

#endif
