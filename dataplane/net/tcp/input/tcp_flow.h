/* SPDX-License-Identifier: MIT */
/*
 * tcp_flow.h - segments of connections that another elastic thread has
 */
#ifndef IX_NET_TCP_FLOW_H
#define IX_NET_TCP_FLOW_H

#include "net/tcp/state/tcp_seg.h"

/* No pcb was found for s: 1: another elastic thread owns its flow group, and s
 * was handed over to it; 0: this one does. */
int tcp_elsewhere(struct net *n, struct tcp_seg *s);
/* p is MOVED: 1: s was handed over to where it has moved; 0: s came back from
 * there, as the connection is gone, and p was freed. */
int tcp_moved_input(struct net *n, struct tcp_pcb *p, struct tcp_seg *s);

#endif
