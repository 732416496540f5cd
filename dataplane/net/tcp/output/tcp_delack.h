/* SPDX-License-Identifier: MIT */
/*
 * tcp_delack.h - when to acknowledge received data
 */
#ifndef IX_NET_TCP_DELACK_H
#define IX_NET_TCP_DELACK_H

#include "net/tcp/state/tcp_seg.h"

/* Segment s brought data in order: acknowledge it now or later. */
void tcp_delack_data(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s);
/* The program has given bytes back: is an acknowledgement due that was held
 * until all was read? */
int tcp_delack_read(const struct tcp_pcb *p);
/* Bytes are being delivered: will giving them back cause an acknowledgement, so
 * that it should happen soon? */
int tcp_delack_prompt(const struct tcp_pcb *p);
/* Data was or may be lost: acknowledge the next segments at once. */
void tcp_delack_quick(struct tcp_pcb *p);
/* TCP_QUICKACK: as on Linux it holds until the program answers again. */
void tcp_delack_set(struct net *n, struct tcp_pcb *p, int quick);
/* TD_DELACK is over: send the delayed acknowledgement, if it is still due. */
void tcp_delack_fire(struct net *n, struct tcp_pcb *p);

/* A segment that acknowledges all received data was sent. */
static inline void tcp_delack_sent(struct tcp_pcb *p)
{
	if (p->quickacks && (p->flags & (TF_ACKNOW | TF_DELACK)))
		p->quickacks--;
	p->ackf &= ACK_PINGPONG;
}

/* New data is sent. If it came soon enough after the peer's data to be an
 * answer to that, expect such answers from now on: they can carry
 * acknowledgements. */
static inline void tcp_delack_answer(const struct net *n, struct tcp_pcb *p)
{
	if (tcp_tick(n) - p->data_tick < p->ato)
		p->ackf |= ACK_PINGPONG;
}

#endif
