/* SPDX-License-Identifier: MIT */
/*
 * tcp_sack.h - what the peer has beyond the acknowledgement
 */
#ifndef IX_NET_TCP_SACK_H
#define IX_NET_TCP_SACK_H

#include "net/tcp/state/tcp_seg.h"

void tcp_sack_update(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s,
		     struct tcp_ackinfo *a);
void tcp_sack_trim(struct net *n, struct tcp_pcb *p);
void tcp_sack_free(struct net *n, struct tcp_pcb *p);
int tcp_sack_clone(struct net *to, struct tcp_pcb *q, const struct tcp_pcb *p);
uint32_t tcp_sack_lost(const struct tcp_pcb *p);
/* The next hole in [from, to): 0 or its bytes, start in *start_out. */
uint32_t tcp_sack_hole(const struct tcp_pcb *p, uint32_t from, uint32_t to,
		       uint32_t *start_out);
uint32_t tcp_pipe(const struct tcp_pcb *p);

#endif
