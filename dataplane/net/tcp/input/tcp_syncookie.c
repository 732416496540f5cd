// SPDX-License-Identifier: MIT
/*
 * tcp_syncookie.c - handshakes without a state
 *
 * RFC 4987 3.6. What the cookie carries is in tcp_cookie.c.
 */
#include "net/tcp/input/tcp_syncookie.h"

#include "net/tcp/input/tcp_child.h"
#include "net/tcp/output/tcp_cookie.h"
#include "net/tcp/output/tcp_window.h"
#include "net/tcp/output/tcp_xmit.h"
#include "net/tcp/state/tcp_life.h"

/* Answer a SYN; p, which nobody sees, is forgotten with the answer. */
void tcp_syncookie_send(struct net *n, const struct tcp_listener *l,
			const struct tcp_seg *s)
{
	struct tcp_opts o = s->o;
	struct tcp_pcb p;

	tcp_pcb_init(n, &p);
	if (tcp_child_init(n, l, &p, s) < 0)
		return;
	tcp_syncookie_opts(&o);
	tcp_child_begin(n, &p, tcp_syncookie_isn(n, &p, s), s->seq, &o);
	STAT(n, tcp_syncookie_sent);
	tcp_xmit(n, &p, p.snd_una, 0, TH_SYN | TH_ACK, CUR_NEW);
}

/* The connection that the SYN would have made, for s to complete. */
static struct tcp_pcb *rebuild(struct net *n, struct tcp_listener *l,
			       const struct tcp_seg *s,
			       const struct tcp_opts *o)
{
	struct tcp_pcb *p = tcp_pcb_claim(n);

	if (!p) {
		STAT(n, tcp_drop_nopcb);
		return NULL;
	}
	if (tcp_child_init(n, l, p, s) < 0) {
		tcp_pcb_free(n, p);
		return NULL;
	}
	tcp_child_begin(n, p, s->ack - 1, s->seq - 1, o);
	p->snd_nxt++;
	tcp_rcv_window(n, p, 1); /* what the SYN-ACK offered */
	tcp_child_add(n, l, p);
	return p;
}

int tcp_syncookie_input(struct net *n, struct tcp_listener *l,
			const struct tcp_seg *s, struct tcp_pcb **p_out)
{
	struct tcp_opts o;

	if ((s->flags & TH_SYN) || !tcp_syncookie_recent(n) ||
	    tcp_syncookie_decode(n, s, &o) < 0)
		return 0;
	*p_out = NULL;
	if (l->nqueue > l->backlog) {
		STAT(n, tcp_drop_backlog_ack);
		return 1;
	}
	*p_out = rebuild(n, l, s, &o);
	if (*p_out)
		STAT(n, tcp_syncookie_ok);
	return 1;
}
