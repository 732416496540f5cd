// SPDX-License-Identifier: MIT
/*
 * tcp_listen.c - segments in LISTEN
 *
 * RFC 9293 3.10.7.2. As on Linux a SYN is dropped while more than `backlog`
 * connections await ACCEPT. Where too many are half-open SYNs are answered
 * without a state (tcp_syncookie.c).
 */
#include "net/tcp/input/tcp_listen.h"

#include "net/tcp/input/tcp_child.h"
#include "net/tcp/input/tcp_syncookie.h"
#include "net/tcp/output/tcp_cookie.h"
#include "net/tcp/output/tcp_guard.h"
#include "net/tcp/output/tcp_reset.h"
#include "net/tcp/state/tcp_backlog.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/state/tcp_secret.h"

/*
 * The initial sequence number of a half-open connection. Where there are
 * many it is a SYN cookie: then nothing is lost if its state is forgotten.
 */
static uint32_t child_iss(struct net *n, const struct tcp_listener *l,
			  struct tcp_pcb *p, const struct tcp_seg *s,
			  uint32_t isn_min)
{
	uint32_t iss;

	if (!isn_min && tcp_syn_load(n->tcp, l) != SYN_FEW)
		return tcp_syncookie_isn(n, p, s);
	iss = tcp_isn(n, p);
	return isn_min && seq_lt(iss, isn_min) ? isn_min : iss;
}

/*
 * Third: a SYN makes a connection in SYN-RECEIVED. One that ended a TIME-WAIT
 * takes its place, however many there are: a cookie cannot begin at isn_min.
 */
static void listen_syn(struct net *n, struct tcp_listener *l,
		       const struct tcp_seg *s, uint32_t isn_min)
{
	struct tcp_opts o = s->o;
	struct tcp_pcb *p = NULL;
	uint32_t iss;

	if (l->nqueue > l->backlog) {
		STAT(n, tcp_drop_backlog);
		return;
	}
	if (isn_min || tcp_syn_load(n->tcp, l) != SYN_FULL)
		p = tcp_pcb_alloc(n);
	if (!p) {
		if (isn_min)
			STAT(n, tcp_drop_nopcb);
		else
			tcp_syncookie_send(n, l, s);
		return;
	}
	if (tcp_child_init(n, l, p, s) < 0) {
		tcp_pcb_free(n, p);
		return;
	}
	iss = child_iss(n, l, p, s, isn_min);
	if (p->flags & TF_SYNCOOKIE) /* it may be forgotten and come back */
		tcp_syncookie_opts(&o);
	tcp_child_begin(n, p, iss, s->seq, &o);
	tcp_child_add(n, l, p);
	p->flags |= TF_SYNNOW;
	tcp_want_output(n, p);
}

struct tcp_pcb *tcp_listen_input(struct net *n, struct tcp_listener *l,
				 const struct tcp_seg *s, uint32_t isn_min)
{
	struct tcp_pcb *p;

	if (unlikely(!tcp_admits(n, &l->conf, s->rx)))
		return NULL;
	/* First: a reset is ignored */
	if (s->flags & TH_RST) {
		STAT(n, tcp_drop_noport_rst);
		return NULL;
	}
	/* Second: an acknowledgement is bad, but of a SYN cookie */
	if (s->flags & TH_ACK) {
		if (tcp_syncookie_input(n, l, s, &p))
			return p;
		STAT(n, tcp_drop_noport);
		tcp_reset_reply(n, s);
		return NULL;
	}
	if ((s->flags & (TH_SYN | TH_FIN)) == TH_SYN)
		listen_syn(n, l, s, isn_min);
	else
		STAT(n, tcp_drop_listen);
	return NULL;
}
