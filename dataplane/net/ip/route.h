/* SPDX-License-Identifier: MIT */
/*
 * route.h - where a packet goes
 */
#ifndef IX_NET_ROUTE_H
#define IX_NET_ROUTE_H

#include "net/common/ip_packet.h"

/*
 * Choose device, next hop and, where src is any, the source address.
 * 0, or -ENETUNREACH, -EINVAL (src is not ours).
 */
int ip_route(struct net *n, struct ip_path *p);

#endif
