/* SPDX-License-Identifier: MIT */
/*
 * tcp_sendq.h - the send queue, whose bytes stay in the program's memory
 */
#ifndef IX_NET_TCP_SENDQ_H
#define IX_NET_TCP_SENDQ_H

#include "net/tcp/state/tcp_stack.h"

/* Append the bytes of sg as far as there is room. Returns how many were, or
 * -ENOBUFS: no piece was free for the first of them. */
int64_t tcp_sq_put(struct net *n, struct tcp_pcb *p, const struct ix_sg *sg,
		   unsigned nsg);
/* Copy len queued bytes from sequence number seq on to dst. cursor: CUR_NEW for
 * new data, CUR_RTX for retransmissions. */
void tcp_sq_copy(struct net *n, struct tcp_pcb *p, unsigned cursor,
		 uint32_t seq, uint32_t len, char *dst);
/* Remove the first bytes, which are acknowledged. */
void tcp_sq_ack(struct net *n, struct tcp_pcb *p, uint32_t bytes);
void tcp_sq_free(struct net *n, struct tcp_pcb *p);
/* Give q, of elastic thread to, a queue of the same bytes as p's, which stays.
 * 0 or -ENOBUFS. */
int tcp_sq_clone(struct net *to, struct tcp_pcb *q, const struct net *from,
		 const struct tcp_pcb *p);

#endif
