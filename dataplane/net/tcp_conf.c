// SPDX-License-Identifier: MIT
/*
 * tcp_conf.c - options of connections and listeners
 *
 * Ranges are those of tcp(7) and ip(7).
 */
#include "net/tcp_int.h"

void tcp_conf_default(struct tcp_conf *c)
{
	*c = (struct tcp_conf){
		.rcvbuf = TCP_RCVBUF,
		.sndbuf = TCP_SNDBUF,
		.keepidle = TCP_KEEPIDLE_S,
		.keepintvl = TCP_KEEPINTVL_S,
		.keepcnt = TCP_KEEPCNT,
		.pacing = UINT32_MAX,
	};
}

static uint32_t buf_size(uint32_t v)
{
	return u32_min(u32_max(v, TCP_BUF_MIN), TCP_BUF_LIMIT);
}

/* The window is what the buffer has room for: a bound of it bounds that. */
static int set_rcvbuf(struct tcp_conf *c, uint32_t value)
{
	if (c->clamp)
		value = u32_min(value, c->clamp);
	c->rcvbuf = value;
	c->flags |= CONF_RCVBUF;
	return 0;
}

static int set_clamp(struct tcp_conf *c, uint32_t value)
{
	c->clamp = value ? u32_max(value, TCP_CLAMP_MIN) : 0;
	return value ? set_rcvbuf(c, c->rcvbuf) : 0;
}

static int set_notsent(struct tcp_conf *c, uint32_t value)
{
	c->notsent = value;
	c->flags = (uint8_t)(value ? c->flags | CONF_NOTSENT :
				     c->flags & ~CONF_NOTSENT);
	return 0;
}

static int set_flag(struct tcp_conf *c, unsigned flag, uint32_t value)
{
	c->flags = (uint8_t)(value ? c->flags | flag : c->flags & ~flag);
	return 0;
}

static int set_u16(uint16_t *field, uint32_t value, uint32_t min, uint32_t max)
{
	if (value < min || value > max)
		return -EINVAL;
	*field = (uint16_t)value;
	return 0;
}

static int set_u8(uint8_t *field, uint32_t value, uint32_t min, uint32_t max)
{
	if (value < min || value > max)
		return -EINVAL;
	*field = (uint8_t)value;
	return 0;
}

/* 0, -EINVAL, or -ENOPROTOOPT */
int tcp_conf_set(struct tcp_conf *c, uint16_t opt, uint32_t value)
{
	switch (opt) {
	case IX_OPT_NODELAY:
		return set_flag(c, CONF_NODELAY, value);
	case IX_OPT_CORK:
		return set_flag(c, CONF_CORK, value);
	case IX_OPT_KEEPALIVE:
		return set_flag(c, CONF_KEEPALIVE, value);
	case IX_OPT_QUICKACK:
		return 0; /* of a connection, and not for long */
	case IX_OPT_KEEPIDLE:
		return set_u16(&c->keepidle, value, 1, 32767);
	case IX_OPT_KEEPINTVL:
		return set_u16(&c->keepintvl, value, 1, 32767);
	case IX_OPT_KEEPCNT:
		return set_u8(&c->keepcnt, value, 1, 127);
	case IX_OPT_USER_TIMEOUT:
		if (value > INT32_MAX)
			return -EINVAL;
		c->user_timeout = value;
		return 0;
	case IX_OPT_RCVBUF:
		return set_rcvbuf(c, buf_size(value));
	case IX_OPT_SNDBUF:
		c->sndbuf = buf_size(value);
		return set_flag(c, CONF_SNDBUF, 1);
	case IX_OPT_MAXSEG:
		if (value == 0)
			return set_u16(&c->maxseg, 0, 0, 0);
		return set_u16(&c->maxseg, value, 88, 32767);
	case IX_OPT_TTL:
		return set_u8(&c->ttl, value, 1, 255);
	case IX_OPT_TOS:
		return set_u8(&c->tos, value, 0, 255);
	case IX_OPT_LINGER2:
		return set_u16(&c->linger2, u32_min(value, 120), 0, 120);
	case IX_OPT_MINTTL:
		return set_u8(&c->min_ttl, value, 0, 255);
	case IX_OPT_SCOPE:
		return set_u8(&c->scope, value, 0, IX_SCOPE_NONE);
	case IX_OPT_MUTE:
		return set_u8(&c->mute, value, 0, 1);
	case IX_OPT_SYNCNT:
		return set_u8(&c->syncnt, value, 0, 127);
	case IX_OPT_NOTSENT:
		return set_notsent(c, value);
	case IX_OPT_CLAMP:
		return set_clamp(c, value);
	case IX_OPT_PACING:
		c->pacing = value;
		return 0;
	case IX_OPT_RENO:
		return set_flag(c, CONF_RENO, value);
	default:
		return -ENOPROTOOPT;
	}
}

/* Let p follow its settings. */
void tcp_conf_apply(struct net *n, struct tcp_pcb *p)
{
	p->path.ttl = p->conf.ttl;
	p->path.tos = p->conf.tos;
	p->flags &= ~(uint32_t)TF_GUARDED;
	if (tcp_is_guarded(&p->conf))
		p->flags |= TF_GUARDED;
	tcp_mss_update(n, p);
}

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

int tcp_setopt(struct net *n, ix_handle_t h, uint16_t opt, uint32_t value,
	       uint64_t cookie)
{
	struct tcp_pcb *p;
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
	if (opt == IX_OPT_MAXSEG && !IN(p, S_HANDSHAKE)) {
		struct tcp_conf agreed = p->conf; /* with the SYN */

		return tcp_conf_set(&agreed, opt, value);
	}
	rc = tcp_conf_set(&p->conf, opt, value);
	if (rc == 0 && !IN(p, S(CLOSED) | S(TIME_WAIT)))
		apply_now(n, p, opt, value);
	return rc;
}
