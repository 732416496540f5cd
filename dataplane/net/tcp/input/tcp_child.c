// SPDX-License-Identifier: MIT
/*
 * tcp_child.c - connections that a listener makes
 */
#include "net/tcp/input/tcp_child.h"

#include "net/ip/route.h"
#include "net/tcp/output/tcp_opts.h"
#include "net/tcp/state/tcp_backlog.h"
#include "net/tcp/state/tcp_conf.h"
#include "net/tcp/state/tcp_hash.h"
#include "net/tcp/state/tcp_secret.h"

int tcp_child_init(struct net *n, const struct tcp_listener *l,
		   struct tcp_pcb *p, const struct tcp_seg *s)
{
	tcp_seg_name(s, p);
	p->path.answer = 1;
	if (ip_route(n, &p->path) < 0) {
		STAT(n, tcp_no_route);
		return -1;
	}
	p->conf = l->conf;
	p->share = l->share;
	p->cookie = l->cookie;
	p->flags |= TF_PASSIVE;
	p->state = TCPS_SYN_RCVD;
	p->ts_off = tcp_ts_offset(n, p);
	p->snd_wnd = p->max_wnd = s->wnd;
	return 0;
}

void tcp_child_begin(struct net *n, struct tcp_pcb *p, uint32_t iss,
		     uint32_t irs, const struct tcp_opts *o)
{
	p->rcv_nxt = irs + 1;
	p->rcv_adv = p->last_ack_sent = p->rcv_nxt;
	p->snd_wl1 = irs;
	p->snd_una = p->snd_nxt = p->snd_sml = iss;
	p->sq_seq = iss + 1;
	tcp_opts_syn(n, p, o);
	tcp_conf_apply(n, p);
}

void tcp_child_add(struct net *n, struct tcp_listener *l, struct tcp_pcb *p)
{
	STAT(n, tcp_passive_open);
	tcp_backlog_add(n->tcp, l, p);
	tcp_hash_insert(n->tcp, p);
}
