/* SPDX-License-Identifier: MIT */
/*
 * tcp_urg.h - urgent data: where the marks of both directions are
 *
 * RFC 9293 3.8.5, and RFC 6093, by which one byte is urgent: the one before the
 * pointer. It stays in the stream; who reads there takes it out, or not.
 */
#ifndef IX_NET_TCP_URG_H
#define IX_NET_TCP_URG_H

#include "net/tcp/state/tcp_stack.h"

/* struct tcp_pcb.urg */
enum {
	URG_SND = 1 << 0,  /* urgent mode: snd_up is not acknowledged */
	URG_RCV = 1 << 1,  /* rcv_up is not behind rcv_nxt */
	URG_BYTE = 1 << 2, /* the byte at rcv_up has come, and is in urg_byte */
	/* of TE_URG */
	URG_NEW = 1 << 3,  /* rcv_up is news, not just its byte */
	URG_CAME = 1 << 4, /* the byte of the mark before had come by then */
};

static inline void tcp_urg_set(struct tcp_pcb *p, unsigned urg)
{
	p->urg = (uint8_t)urg;
	if (urg & (URG_SND | URG_RCV))
		p->flags |= TF_URGENT;
	else
		p->flags &= ~(uint32_t)TF_URGENT;
}

/* What is queued is urgent. */
static inline void tcp_urg_snd(const struct net *n, struct tcp_pcb *p)
{
	tcp_marks(n->tcp, p)->snd_up = tcp_sq_end(p);
	tcp_urg_set(p, p->urg | URG_SND);
}

#endif
