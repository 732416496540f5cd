/* SPDX-License-Identifier: MIT */
/*
 * route.h - the choice of device, next hop and source address
 */
#ifndef IX_NET_ROUTE_H
#define IX_NET_ROUTE_H

#include "net/common/ip_packet.h"

/*
 * Choose the device and next hop for p->dst and, if p->src is unspecified, the
 * source address. 0, or -ENETUNREACH, -EINVAL (src is not ours).
 */
int ip_route(struct net *n, struct ip_path *p);

#endif
