// SPDX-License-Identifier: MIT
/*
 * tcp_setopt.c - SETOPT of connections and listeners
 */
#include "net/tcp/cc/tcp_cc.h"
#include "net/tcp/output/tcp_delack.h"
#include "net/tcp/state/tcp_arm.h"
#include "net/tcp/state/tcp_conf.h"
#include "net/tcp/state/tcp_ledger.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/state/tcp_listener.h"
#include "net/tcp/tcp.h"

/* What a new value means for a connection at once. */
static void apply_now(struct net *n, struct tcp_pcb *p, uint16_t opt,
		      uint32_t value)
{
	tcp_conf_apply(n, p);
	switch (opt) {
	case IX_OPT_NODELAY:
		if (value && tcp_unsent(p)) /* what a cork holds as well */
			p->flags |= TF_FORCE;
		tcp_want_output(n, p);
		break;
	case IX_OPT_CORK:
		tcp_want_output(n, p);
		break;
	case IX_OPT_PACING:
		tcp_want_output(n, p);
		break;
	case IX_OPT_MUTE:
		if (p->state == TCPS_SYN_SENT && p->snd_nxt == p->snd_una) {
			p->flags |= TF_SYNNOW; /* it was held */
			tcp_want_output(n, p);
		}
		break;
	case IX_OPT_KEEPALIVE:
	case IX_OPT_KEEPIDLE:
	case IX_OPT_KEEPINTVL:
	case IX_OPT_KEEPCNT:
		tcp_keep_arm(n, p);
		break;
	case IX_OPT_USER_TIMEOUT:
		tcp_rtx_arm(n, p, 1);
		tcp_keep_arm(n, p);
		break;
	case IX_OPT_QUICKACK:
		tcp_delack_set(n, p, value != 0);
		break;
	default:
		break;
	}
}

static int set_share(uint8_t *share, uint32_t value)
{
	if (value > IX_SHARE_ALL)
		return -EINVAL;
	*share = (uint8_t)value;
	return 0;
}

/* As Linux: in so many retransmissions of a SYN-ACK s seconds pass. */
static uint8_t defer_retries(uint32_t s)
{
	uint32_t period = 1, wait = 1;
	uint8_t retries = s > 0;

	for (; s > period && retries < UINT8_MAX; retries++) {
		wait = u32_min(2 * wait, TCP_RTO_MAX / TCP_US_PER_S);
		period += wait;
	}
	return retries;
}

static int listener_setopt(struct net *n, ix_handle_t h, uint16_t opt,
			   uint32_t value, uint64_t cookie)
{
	struct tcp_listener *l = tcp_listener_get(n, h);

	if (!l)
		return -EBADF;
	switch (opt) {
	case IX_OPT_SHARE:
		return set_share(&l->share, value);
	case IX_OPT_COOKIE:
		l->cookie = cookie;
		return 0;
	case IX_OPT_BACKLOG:
		l->backlog = value;
		return 0;
	case IX_OPT_DEFER:
		l->defer = defer_retries(value);
		return 0;
	default:
		return tcp_conf_set(&l->conf, opt, value);
	}
}

int tcp_call_setopt(struct net *n, ix_handle_t h, uint16_t opt, uint32_t value,
		    uint64_t cookie)
{
	struct tcp_pcb *p;
	uint8_t cc;
	int rc;

	if (IX_HANDLE_KIND(h) == IX_KIND_LISTENER)
		return listener_setopt(n, h, opt, value, cookie);
	p = tcp_pcb_get(n, h);
	if (!p)
		return -EBADF;
	if (opt == IX_OPT_COOKIE) {
		p->cookie = cookie;
		return 0;
	}
	if (opt == IX_OPT_SHARE) {
		uint8_t share = 0;

		rc = set_share(&share, value);
		if (rc == 0)
			tcp_port_share(n->tcp, p, share);
		return rc;
	}
	if (opt == IX_OPT_MAXSEG && !tcp_in(p, TCPS_HANDSHAKE)) {
		struct tcp_conf agreed = p->conf; /* with the SYN */

		return tcp_conf_set(&agreed, opt, value);
	}
	cc = p->conf.cc;
	rc = tcp_conf_set(&p->conf, opt, value);
	if (p->conf.cc != cc)
		tcp_cc_begin(p);
	if (rc == 0 && !tcp_in(p, TCPS_BIT(CLOSED) | TCPS_BIT(TIME_WAIT)))
		apply_now(n, p, opt, value);
	return rc;
}
