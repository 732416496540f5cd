/* SPDX-License-Identifier: MIT */
/*
 * tcp_urg.h - urgent data: the urgent marks of both directions
 *
 * RFC 9293 3.8.5 and RFC 6093, as Linux reads them: one byte is urgent, the one
 * before the urgent pointer, which is called the mark. The byte stays in the
 * stream; libix or the shim skips it there unless it is to be read inline.
 */
#ifndef IX_NET_TCP_URG_H
#define IX_NET_TCP_URG_H

#include "net/tcp/state/tcp_stack.h"

/* struct tcp_pcb.urg */
enum {
	URG_SND = 1 << 0,  /* bytes before snd_up are not acknowledged yet */
	URG_RCV = 1 << 1,  /* the byte at rcv_up is not received in order yet */
	URG_BYTE = 1 << 2, /* the byte at rcv_up has come: it is urg_byte */
	/* what the next URG event tells */
	URG_NEW = 1 << 3,  /* the mark itself is new, not only its byte */
	URG_CAME = 1 << 4, /* the byte of the last mark that the program was
			    * told of came before a newer mark did */
};

static inline void tcp_urg_set(struct tcp_pcb *p, unsigned urg)
{
	p->urg = (uint8_t)urg;
	if (urg & (URG_SND | URG_RCV))
		p->flags |= TF_URGENT;
	else
		p->flags &= ~(uint32_t)TF_URGENT;
}

/* The last byte queued is urgent (SENDV with IX_SENDV_URG). */
static inline void tcp_urg_snd(const struct net *n, struct tcp_pcb *p)
{
	tcp_marks(n->tcp, p)->snd_up = tcp_sq_end(p);
	tcp_urg_set(p, p->urg | URG_SND);
}

#endif
