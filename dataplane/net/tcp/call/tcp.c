// SPDX-License-Identifier: MIT
/*
 * tcp.c - batched calls on connections: open, send, give back, close
 *
 * RFC 9293 3.10.1 to 3.10.6 (user calls), RFC 2525 2.17 (a close with unread
 * bytes resets).
 */
#include "net/tcp/tcp.h"

#include <string.h>

#include "net/ip/route.h"
#include "net/tcp/call/tcp_port.h"
#include "net/tcp/output/tcp_reset.h"
#include "net/tcp/output/tcp_window.h"
#include "net/tcp/state/tcp_arm.h"
#include "net/tcp/state/tcp_conf.h"
#include "net/tcp/state/tcp_hash.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/state/tcp_rcvq.h"
#include "net/tcp/state/tcp_secret.h"
#include "net/tcp/state/tcp_sendq.h"
#include "net/tcp/state/tcp_urg.h"

/* Own address, route and port of a new connection. */
static int connect_path(struct net *n, struct tcp_pcb *p,
			const struct ix_bsys *b)
{
	uint16_t own = b->opt, lport = b->lport;
	int rc;

	p->path.dst = b->ip;
	p->rport = b->rport;
	if (own == IX_LIP_LOOPBACK + 1)
		p->path.src = addr_from_v4(rte_cpu_to_be_32(b->len));
	else if (own > n->sh->info.naddrs)
		return -EADDRNOTAVAIL;
	else if (own)
		p->path.src = n->sh->info.addrs[own - 1].ip;
	if (!ip_is_unicast(n->sh, &b->ip))
		return -ENETUNREACH;
	rc = ip_route(n, &p->path);
	if (rc)
		return rc;
	if (!p->path.loop && (n->tcp->down >> p->path.dev & 1))
		return -ENETDOWN;
	rc = ip_addr_index(n->sh, &p->path.src);
	p->lip = (uint8_t)(rc < 0 ? IX_LIP_LOOPBACK : rc);
	return lport ? tcp_port_take(n, p, lport) : tcp_port_choose(n, p);
}

int tcp_call_connect(struct net *n, struct ix_bsys *b)
{
	struct tcp_pcb *p = tcp_pcb_claim(n);
	uint32_t iss;
	int rc;

	if (!p) {
		STAT(n, tcp_no_pcb);
		return -ENOBUFS;
	}
	tcp_conf_default(&p->conf);
	rc = connect_path(n, p, b);
	if (rc) {
		tcp_pcb_free(n, p);
		return rc;
	}
	STAT(n, tcp_active_open);
	p->cookie = b->cookie;
	iss = tcp_isn(n, p);
	if (p->snd_una && seq_lt(iss, p->snd_una))
		iss = p->snd_una; /* after a TIME-WAIT */
	p->ts_off = tcp_ts_offset(n, p);
	p->snd_una = p->snd_nxt = p->snd_sml = iss;
	p->sq_seq = iss + 1;
	p->state = TCPS_SYN_SENT;
	p->flags |= TF_ACCEPTED;
	p->conf.mute = (b->flags & IX_HELD) != 0;
	tcp_conf_apply(n, p);
	tcp_hash_insert(n->tcp, p);
	if (!p->conf.mute) {
		p->flags |= TF_SYNNOW;
		tcp_want_output(n, p);
	}
	b->lport = p->lport;
	b->handle = tcp_handle(n, p);
	return 0;
}

int64_t tcp_call_sendv(struct net *n, ix_handle_t h, const struct ix_sg *sg,
		       unsigned nsg, uint16_t flags)
{
	struct tcp_pcb *p = tcp_pcb_get(n, h);
	int64_t queued;

	if (!p)
		return -EBADF;
	if (!(p->flags & TF_ACCEPTED))
		return -ENOTCONN;
	if ((p->flags & TF_FIN) || !tcp_in(p, TCPS_CAN_SND | TCPS_HANDSHAKE))
		return -EPIPE;
	queued = tcp_sq_put(n, p, sg, nsg);
	if (unlikely(flags & IX_SENDV_URG) && queued > 0 &&
	    (uint64_t)queued == sg_bytes(sg, nsg))
		tcp_urg_snd(n, p);
	if (flags & IX_SENDV_MORE)
		p->flags |= TF_MORE;
	else
		p->flags &= ~(uint32_t)TF_MORE;
	tcp_linger_update(n, p);
	tcp_want_output(n, p);
	return queued;
}

int tcp_call_recv_done(struct net *n, ix_handle_t h, uint32_t len)
{
	struct tcp_pcb *p = tcp_pcb_get(n, h);

	if (!p)
		return -EBADF;
	if (len > p->rcv.len - p->rcv_done_off - p->rcv_undelivered)
		return -EINVAL;
	tcp_rcv_done(n, p, len);
	return 0;
}

/* Queue a FIN after what is queued. */
static void send_fin(struct net *n, struct tcp_pcb *p)
{
	p->flags |= TF_FIN;
	p->flags &= ~(uint32_t)TF_MORE;
	if (p->state == TCPS_ESTABLISHED)
		p->state = TCPS_FIN_WAIT_1;
	else if (p->state == TCPS_CLOSE_WAIT)
		p->state = TCPS_LAST_ACK;
	tcp_linger_update(n, p);
	tcp_want_output(n, p);
}

int tcp_call_shutdown(struct net *n, ix_handle_t h)
{
	struct tcp_pcb *p = tcp_pcb_get(n, h);

	if (!p)
		return -EBADF;
	if (!(p->flags & TF_ACCEPTED) || p->state == TCPS_CLOSED)
		return -ENOTCONN;
	if (!(p->flags & TF_FIN) && tcp_in(p, TCPS_CAN_SND | TCPS_HANDSHAKE))
		send_fin(n, p);
	return 0;
}

/* CLOSE was called: what events are left, see abi.h. */
static void program_close(struct net *n, struct tcp_pcb *p)
{
	unsigned failed = p->flags & TF_DEAD && !(p->flags & TF_TOLD);

	p->flags |= TF_CLOSED;
	p->ev &= TE_SENT | TE_DEAD;
	if (failed && !(p->ev & TE_DEAD))
		tcp_raise(n, p, TE_DEAD); /* in place of CONNECTED */
	else if (!p->sq_len)
		tcp_tell_dead(n, p, 0);
}

/* RFC 9293 3.10.5 */
static void abort_conn(struct net *n, struct tcp_pcb *p)
{
	if (tcp_in(p, TCPS_CAN_RCV | TCPS_BIT(SYN_RCVD) | TCPS_BIT(CLOSE_WAIT)))
		tcp_reset_send(n, p);
	tcp_kill(n, p, 0);
}

/* RFC 9293 3.10.4 */
static void close_conn(struct net *n, struct tcp_pcb *p)
{
	if (tcp_in(p, TCPS_CAN_SND))
		send_fin(n, p);
	if (p->state == TCPS_FIN_WAIT_2)
		tcp_finwait2_arm(n, p);
	tcp_rtx_arm(n, p, 0);
}

int tcp_call_close(struct net *n, ix_handle_t h, uint16_t flags)
{
	struct tcp_pcb *p = tcp_pcb_get(n, h);
	int unread;

	if (!p)
		return -EBADF;
	if (!(p->flags & TF_ACCEPTED))
		return tcp_call_reject(n, h);
	unread = p->rcv.head != NULL;
	tcp_rcv_free(n, p);
	program_close(n, p);
	if (tcp_in(p, TCPS_BIT(CLOSED) | TCPS_BIT(TIME_WAIT))) {
		tcp_pcb_reap(n, p);
	} else if ((flags & IX_CLOSE_RST) || tcp_in(p, TCPS_HANDSHAKE)) {
		STAT(n, tcp_abort);
		abort_conn(n, p);
	} else if (unread) {
		STAT(n, tcp_reset_unread);
		abort_conn(n, p);
	} else {
		close_conn(n, p);
	}
	return 0;
}

void tcp_close_all(struct net *n)
{
	struct tcp *t = n->tcp;
	uint32_t i;

	for (i = 0; i < t->pcbs.hi; i++) {
		const struct tcp_pcb *p = tcp_pcb_at(t, i);

		if (p->state != TCPS_FREE && p->state != TCPS_MOVED &&
		    (p->flags & (TF_ACCEPTED | TF_CLOSED)) == TF_ACCEPTED)
			tcp_call_close(n, tcp_handle(n, p), 0);
	}
	/* with those that it has not accepted */
	for (i = 0; i < t->listeners.hi; i++) {
		const struct tcp_listener *l = pool_at(&t->listeners, i);

		if (l->in_use)
			tcp_call_unlisten(n, IX_HANDLE(i, IX_KIND_LISTENER,
						       l->gen));
	}
}
