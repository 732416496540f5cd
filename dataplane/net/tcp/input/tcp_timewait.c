// SPDX-License-Identifier: MIT
/*
 * tcp_timewait.c - segments in TIME-WAIT
 *
 * RFC 9293 3.10.7.4, RFC 6191 (a SYN that is certainly new opens a new
 * connection), RFC 5961 for resets.
 */
#include "net/tcp/input/tcp_timewait.h"

#include "net/flow/flow.h"
#include "net/tcp/input/tcp_flow.h"
#include "net/tcp/input/tcp_listen.h"
#include "net/tcp/output/tcp_reset.h"
#include "net/tcp/state/tcp_hash.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/state/tcp_listener.h"

/* RFC 6191 2: a greater timestamp, or a sequence number beyond the old. */
static int new_incarnation(const struct tcp_pcb *p, const struct tcp_seg *s)
{
	if ((p->flags & TF_TS) && (s->o.has & TO_TS) &&
	    s->o.tsval != p->ts_recent)
		return seq_gt(s->o.tsval, p->ts_recent);
	return seq_gt(s->seq, p->rcv_nxt);
}

static void restart(struct net *n, struct tcp_pcb *p)
{
	tcp_list_remove(n->tcp, &n->tcp->tw, p, TL_LINK);
	tcp_list_append(n->tcp, &n->tcp->tw, p, TL_LINK);
	p->una_since = tcp_tick(n);
}

static void syn(struct net *n, struct tcp_pcb *p, struct tcp_seg *s)
{
	struct tcp_listener *l;
	uint32_t isn_min = p->snd_nxt + 65537; /* as Linux */
	uint32_t hash = tcp_tuple_hash(n->tcp, &s->rx->dst, s->dport,
				       &s->rx->src, s->sport);

	l = tcp_listener_for(n, s, hash);
	if (!l || !new_incarnation(p, s)) {
		STAT(n, tcp_drop_syn);
		tcp_challenge(n, p);
		return;
	}
	STAT(n, tcp_tw_reused);
	tcp_tw_end(n, p);
	/* the new one begins where its flow group is */
	if (n->sh->flow && tcp_elsewhere(n, s))
		return;
	tcp_listen_input(n, l, s, isn_min ? isn_min : 1);
}

void tcp_timewait_input(struct net *n, struct tcp_pcb *p, struct tcp_seg *s)
{
	if (s->flags & TH_RST) {
		STAT(n, tcp_drop_rst_seq);
		if (s->seq == p->rcv_nxt)
			tcp_tw_end(n, p);
		return;
	}
	if ((s->flags & (TH_SYN | TH_ACK)) == TH_SYN) {
		syn(n, p, s);
		return;
	}
	if (s->flags & TH_FIN && s->seq + s->len + 1 == p->rcv_nxt) {
		restart(n, p); /* our last ACK was lost */
		tcp_ack_now(n, p);
		return;
	}
	if (s->len || s->flags & (TH_FIN | TH_SYN) || s->seq != p->rcv_nxt) {
		STAT(n, tcp_drop_seq);
		tcp_dup_ack(n, p, s);
	}
}
