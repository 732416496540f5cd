// SPDX-License-Identifier: MIT
/*
 * tcp_conf.c - settings of connections and listeners
 *
 * Ranges are those of tcp(7) and ip(7).
 */
#include "net/tcp/state/tcp_conf.h"

#include "net/tcp/state/tcp_mss.h"

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
	case IX_OPT_CONGESTION:
		return set_u8(&c->cc, value, 0, IX_CC_MAX - 1);
	default:
		return -ENOPROTOOPT;
	}
}

/* See TF_GUARDED. */
static int is_guarded(const struct tcp_conf *c)
{
	return c->min_ttl || c->scope || c->mute || c->pacing != UINT32_MAX;
}

void tcp_conf_apply(struct net *n, struct tcp_pcb *p)
{
	p->path.ttl = p->conf.ttl;
	p->path.tos = p->conf.tos;
	p->pace_rate = p->conf.pacing;
	p->flags &= ~(uint32_t)TF_GUARDED;
	if (is_guarded(&p->conf))
		p->flags |= TF_GUARDED;
	tcp_mss_update(n, p);
}
