/* SPDX-License-Identifier: MIT */
/*
 * tcp_flow.h - connections on another elastic thread
 */
#ifndef IX_NET_TCP_FLOW_H
#define IX_NET_TCP_FLOW_H

#include "net/tcp/state/tcp_seg.h"

/* No pcb here: 1 where the flow is another one's, who has s now. */
int tcp_elsewhere(struct net *n, struct tcp_seg *s);
/* p is MOVED: hand s over. 0: p was out of date and is gone. */
int tcp_moved_input(struct net *n, struct tcp_pcb *p, struct tcp_seg *s);

#endif
