/* SPDX-License-Identifier: MIT */
/*
 * tcp_delack.h - when to acknowledge
 */
#ifndef IX_NET_TCP_DELACK_H
#define IX_NET_TCP_DELACK_H

#include "net/tcp/state/tcp_seg.h"

/* Data in order has come, in s. */
void tcp_delack_data(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s);
/* The program has read what it was given: is an acknowledgement due? */
int tcp_delack_read(const struct tcp_pcb *p);
/* ... and will it be, once it has read what it is given now? */
int tcp_delack_prompt(const struct tcp_pcb *p);
/* Something is lost, or may be: acknowledge the next segments at once. */
void tcp_delack_quick(struct tcp_pcb *p);
/* TCP_QUICKACK: as Linux, until the program answers the next time. */
void tcp_delack_set(struct net *n, struct tcp_pcb *p, int quick);
void tcp_delack_fire(struct net *n, struct tcp_pcb *p);

/* An acknowledgement has been sent. */
static inline void tcp_delack_sent(struct tcp_pcb *p)
{
	if (p->quickacks && (p->flags & (TF_ACKNOW | TF_DELACK)))
		p->quickacks--;
	p->ackf &= ACK_PINGPONG;
}

/* Data is sent: if it may be the answer to what came last, the next will carry
 * acknowledgements too. */
static inline void tcp_delack_answer(const struct net *n, struct tcp_pcb *p)
{
	if (tcp_tick(n) - p->data_tick < p->ato)
		p->ackf |= ACK_PINGPONG;
}

#endif
