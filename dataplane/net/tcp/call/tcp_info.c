// SPDX-License-Identifier: MIT
/*
 * tcp_info.c - what is told of connections and listeners
 */
#include <errno.h>
#include <string.h>

#include "net/tcp/state/tcp_life.h"
#include "net/tcp/state/tcp_listener.h"
#include "net/tcp/state/tcp_mss.h"
#include "net/tcp/tcp.h"

static uint32_t ms_since(const struct net *n, uint32_t tick)
{
	return (uint32_t)(((uint64_t)(tcp_tick(n) - tick) << TIMER_TICK_SHIFT) /
			  1000000);
}

static void info_counts(const struct net *n, const struct tcp_pcb *p,
			struct ix_conn_info *out)
{
	out->window = tcp_sq_room(p);
	out->pmtu = ip_mtu(n, &p->path);
	out->advmss = tcp_mss_own(n, p);
	out->retransmits = p->retransmits;
	out->bytes_acked = p->bytes_acked;
	out->bytes_received = p->bytes_received;
	out->segs_in = p->segs_in;
	out->segs_out = p->segs_out;
	out->data_segs_in = p->data_segs_in;
	out->data_segs_out = p->data_segs_out;
	out->last_sent_ms = p->data_segs_out ? ms_since(n, p->last_snd) : 0;
	out->last_received_ms = p->segs_in ? ms_since(n, p->last_rcv) : 0;
}

static void info_pcb(const struct net *n, const struct tcp_pcb *p,
		     struct ix_conn_info *out)
{
	uint32_t fin = (p->flags & (TF_FIN_SENT | TF_FIN_ACKED)) == TF_FIN_SENT;

	out->lip = p->path.src;
	out->rip = p->path.dst;
	out->lport = p->lport;
	out->rport = p->rport;
	out->state = p->state;
	out->snd_wscale = p->snd_wscale;
	out->rcv_wscale = p->rcv_wscale;
	out->options = (uint8_t)(((p->flags & TF_TS) ? 1 : 0) |
				 ((p->flags & TF_SACK) ? 2 : 0) |
				 ((p->flags & TF_WS) ? 4 : 0));
	out->mss = p->mss;
	out->rcv_mss = p->rcv_mss;
	out->srtt_us = p->srtt >> 3;
	out->rttvar_us = p->rttvar >> 2;
	out->rto_us = p->rto_us;
	out->cwnd = p->cwnd;
	out->ssthresh = p->ssthresh;
	out->snd_wnd = p->snd_wnd;
	out->rcv_wnd =
		seq_gt(p->rcv_adv, p->rcv_nxt) ? p->rcv_adv - p->rcv_nxt : 0;
	if (tcp_in(p, TCPS_SENDING)) {
		out->unacked = tcp_flight(p) - fin;
		out->unsent = tcp_unsent(p);
	}
	out->unread = p->rcv.len - p->rcv_done_off;
	info_counts(n, p, out);
}

/* As Linux: unacked is the queue's length and unsent its bound. */
static void info_listener(const struct tcp_listener *l,
			  struct ix_conn_info *out)
{
	out->lip = l->addr;
	out->lport = l->port;
	out->state = TCPS_LISTEN;
	out->unacked = l->nqueue;
	out->unsent = l->backlog;
}

int tcp_info(struct net *n, ix_handle_t h, struct ix_conn_info *out)
{
	const struct tcp_listener *l;
	const struct tcp_pcb *p;

	if (IX_HANDLE_KIND(h) == IX_KIND_LISTENER) {
		l = tcp_listener_get(n, h);
		if (!l)
			return -EBADF;
		memset(out, 0, sizeof(*out));
		info_listener(l, out);
		return 0;
	}
	p = tcp_pcb_get(n, h);
	if (!p)
		return -EBADF;
	memset(out, 0, sizeof(*out));
	info_pcb(n, p, out);
	return 0;
}

void tcp_for_each(struct net *n,
		  void (*fn)(void *arg, const struct ix_conn_info *info),
		  void *arg)
{
	struct tcp *t = n->tcp;
	struct ix_conn_info info;
	uint32_t i;

	for (i = 0; i < t->listeners.hi; i++) {
		const struct tcp_listener *l = pool_at(&t->listeners, i);

		if (!l->in_use)
			continue;
		memset(&info, 0, sizeof(info));
		info_listener(l, &info);
		fn(arg, &info);
	}
	for (i = 0; i < t->pcbs.hi; i++) {
		const struct tcp_pcb *p = tcp_pcb_at(t, i);

		if (p->state == TCPS_FREE || p->state == TCPS_MOVED)
			continue;
		memset(&info, 0, sizeof(info));
		info_pcb(n, p, &info);
		fn(arg, &info);
	}
}
