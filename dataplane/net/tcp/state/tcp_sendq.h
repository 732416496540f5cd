/* SPDX-License-Identifier: MIT */
/*
 * tcp_sendq.h - bytes to send, left in the program's memory
 */
#ifndef IX_NET_TCP_SENDQ_H
#define IX_NET_TCP_SENDQ_H

#include "net/tcp/state/tcp_stack.h"

int64_t tcp_sq_put(struct net *n, struct tcp_pcb *p, const struct ix_sg *sg,
		   unsigned nsg);
void tcp_sq_copy(struct net *n, struct tcp_pcb *p, unsigned cursor,
		 uint32_t seq, uint32_t len, char *dst);
void tcp_sq_ack(struct net *n, struct tcp_pcb *p, uint32_t bytes);
void tcp_sq_free(struct net *n, struct tcp_pcb *p);
/* Queue for q of to what p has queued, which keeps it. 0 or -ENOBUFS. */
int tcp_sq_clone(struct net *to, struct tcp_pcb *q, const struct net *from,
		 const struct tcp_pcb *p);

#endif
