// SPDX-License-Identifier: MIT
/*
 * opts.c - the table of integer options
 */
#include <errno.h>
#include <string.h>
#include <sys/time.h>

#include "base/timespec.h"
#include "shim/host/host.h"
#include "shim/option/cold.h"
#include "shim/option/filter.h"
#include "shim/option/priv.h"

#define LO_INDEX 1 /* in every network namespace */
#define RETRANS_MAX 255
#define RTO_MAX_S 120	       /* Linux's TCP_RTO_MAX */
#define LINGER2_MAX 120	       /* TCP_FIN_TIMEOUT_MAX */
#define RCVLOWAT_MAX (3 << 20) /* half of tcp_rmem's largest */

static const struct opt {
	int level, name, sockets, min, max, def;
	enum ix_opt ix;
} table[OPT_N] = {
#define X(id, level, name, sockets, min, max, def, ix) \
	{ level, name, sockets, min, max, def, (enum ix_opt)(ix) },
	OPT_LIST(X)
#undef X
};

void opts_init(struct opts *o)
{
	int i;

	for (i = 0; i < OPT_N; i++)
		o->val[i] = table[i].def;
	o->set = 0;
	o->rcvbuf = o->sndbuf = 0;
	o->linger = -1;
	o->linger_time = 0;
	o->cc = o->cc_set = 0;
	o->filter = FILTER_NONE;
}

enum opt_id opt_find(int level, int name)
{
	int i;

	for (i = 0; i < OPT_N; i++)
		if (table[i].level == level && table[i].name == name)
			return (enum opt_id)i;
	return OPT_N;
}

bool opt_fits(enum opt_id id, int type, int family)
{
	int kind = type == SOCK_STREAM ? OPT_TCP : OPT_UDP;

	return table[id].sockets & kind &&
	       (!(table[id].sockets & OPT_V6) || family == AF_INET6);
}

int opt_clamp(enum opt_id id, int val, int *out)
{
	const struct opt *o = &table[id];

	if (o->min == 0 && o->max == 1 && !(o->sockets & OPT_STRICT))
		val = val != 0;
	if (val < o->min || val > o->max)
		return -EINVAL;
	*out = val;
	return 0;
}

int opt_empty(enum opt_id id)
{
	const struct opt *o = &table[id];

	return o->level == IPPROTO_IP && !(o->sockets & OPT_SOME) ? 0 : -EINVAL;
}

/* So many seconds as the time that whole retransmissions of a SYN take. */
static int whole_retransmissions(int s)
{
	int step = 1, sum = s > 0, i;

	for (i = 1; sum < s && i < RETRANS_MAX; i++) {
		step = step * 2 > RTO_MAX_S ? RTO_MAX_S : step * 2;
		sum += step;
	}
	return sum;
}

/* Of a stream the ECN bits are TCP's own. */
static int traffic_class(const struct sock *s, enum opt_id id, int val)
{
	const int ecn = 3;

	if (s->type != SOCK_STREAM)
		return val & 0xff;
	return (val & 0xff & ~ecn) | (opt_get(&s->priv->opts, id) & ecn);
}

static int low_water(const struct sock *s, int val)
{
	int32_t rcvbuf = s->priv->opts.rcvbuf;
	int most = rcvbuf ? rcvbuf : RCVLOWAT_MAX;

	if (val < 0)
		val = INT32_MAX;
	if (s->type == SOCK_STREAM && val > most)
		val = most;
	return val ? val : 1;
}

static int fin_time(int val)
{
	if (val < 0)
		return -1;
	if (!val)
		return table[OPT_LINGER2].def;
	return val > LINGER2_MAX ? LINGER2_MAX : val;
}

static int window_clamp(const struct sock *s, int val)
{
	if (!val)
		return sock_closed(s) ? 0 : -EINVAL;
	return val < RCVBUF_MIN / 2 ? RCVBUF_MIN / 2 : val;
}

static int fast_open(const struct sock *s, int val)
{
	if (val < 0 || !(sock_closed(s) || s->state == SS_LISTEN))
		return -EINVAL;
	return val > BACKLOG_MAX ? BACKLOG_MAX : val;
}

int opt_rule(const struct sock *s, enum opt_id id, int val, int *out)
{
	switch (id) {
	case OPT_MAXSEG:
		if (!val) { /* as the path has it */
			*out = 0;
			return 0;
		}
		break;
	case OPT_TTL:
	case OPT_HOPS:
		if (val == -1)
			val = table[id].def;
		break;
	case OPT_TCLASS:
		if (val == -1)
			val = 0;
		if (val < 0 || val > 255)
			return -EINVAL;
		val = traffic_class(s, id, val);
		break;
	case OPT_TOS:
		val = traffic_class(s, id, val);
		break;
	case OPT_RCVLOWAT:
		val = low_water(s, val);
		break;
	case OPT_LINGER2:
		val = fin_time(val);
		break;
	case OPT_DEFER_ACCEPT:
		val = whole_retransmissions(val);
		break;
	case OPT_WINDOW_CLAMP:
		val = window_clamp(s, val);
		if (val < 0)
			return val;
		break;
	case OPT_FASTOPEN:
		val = fast_open(s, val);
		break;
	case OPT_V6ONLY:
		if (s->priv->bound || s->state != SS_INIT)
			return -EINVAL;
		break;
	default:
		break;
	}
	return opt_clamp(id, val, out);
}

/* Locked. Tell the handle of s; a negative one is the default, or no bound. */
void opt_push(struct sock *s, enum opt_id id)
{
	int32_t val = s->priv->opts.val[id];

	if (id == OPT_OOBINLINE && s->o.kind == IX_KIND_TCP)
		s->c.urg_inline = val != 0;
	if (table[id].ix == NO_IX || !s->o.handle)
		return;
	ix_setopt(&s->o, table[id].ix, val < 0 ? 0 : (uint32_t)val);
}

enum ix_scope opts_scope(const struct sock *s)
{
	uint32_t index = (uint32_t)cold_get(s, COLD_DEVICE, 0), i;

	if (!index)
		return IX_SCOPE_ANY;
	for (i = 0; i < IX_MAX_DEVS; i++)
		if (ix_info()->dev_if[i] == index)
			return IX_SCOPE_ANY;
	return index == LO_INDEX ? IX_SCOPE_HOST : IX_SCOPE_NONE;
}

void opts_push_rest(struct sock *s)
{
	const struct opts *o = &s->priv->opts;
	bool cold = s->priv->cold != NULL;

	if (!s->o.handle)
		return;
	if (cold)
		ix_setopt(&s->o, IX_OPT_SCOPE, opts_scope(s));
	if (s->o.kind == IX_KIND_UDP) {
		s->u.picky = s->priv->filter != NULL;
		return;
	}
	if (cold)
		ix_setopt(&s->o, IX_OPT_PACING,
			  (uint32_t)cold_get(s, COLD_PACING_RATE, -1));
	if (o->cc_set)
		ix_setopt(&s->o, IX_OPT_CONGESTION, o->cc);
	ix_setopt(&s->o, IX_OPT_MUTE, o->filter == FILTER_DROPS);
}

unsigned opts_hold(const struct sock *s)
{
	const struct opts *o = &s->priv->opts;

	return o->set || o->rcvbuf || o->sndbuf || o->cc_set || o->filter ||
			       s->priv->cold || s->priv->filter ?
		       IX_HELD :
		       0;
}

void opts_push_share(struct sock *s)
{
	if (s->o.handle)
		ix_setopt(&s->o, IX_OPT_SHARE, opts_share(&s->priv->opts));
}

static void push_buffers(struct sock *s)
{
	const struct opts *o = &s->priv->opts;

	if (!s->o.handle)
		return;
	if (o->rcvbuf)
		ix_setopt(&s->o, IX_OPT_RCVBUF, (uint32_t)o->rcvbuf);
	if (o->sndbuf && s->o.kind == IX_KIND_TCP)
		ix_setopt(&s->o, IX_OPT_SNDBUF, 2 * (uint32_t)o->sndbuf);
}

static void copy_time(int kfd, int name, int64_t ns)
{
	struct timeval tv = ns_timeval(ns > 0 ? ns : 0);

	if (ns > 0)
		host.setsockopt(kfd, SOL_SOCKET, name, &tv, sizeof(tv));
}

static void copy_linger(int kfd, const struct opts *o)
{
	struct linger l = { .l_onoff = 1, .l_linger = o->linger_time };

	/* the time stays when it is off */
	if (o->linger_time || o->linger >= 0)
		host.setsockopt(kfd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	l.l_onoff = 0;
	if (o->linger_time && o->linger < 0)
		host.setsockopt(kfd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
}

const char opts_congestion[IX_CC_MAX][CONGESTION_MAX] = {
#define X(name, text) text,
	IX_CC_LIST(X)
#undef X
};

static void copy_congestion(int kfd, const struct opts *o)
{
	if (o->cc_set)
		host.setsockopt(kfd, IPPROTO_TCP, TCP_CONGESTION,
				opts_congestion[o->cc],
				(socklen_t)strlen(opts_congestion[o->cc]));
}

/* It was bounded when it was set, unless the program was privileged. */
static void copy_size(int kfd, int force, int name, int32_t size)
{
	if (host.setsockopt(kfd, SOL_SOCKET, force, &size, sizeof(size)) < 0)
		host.setsockopt(kfd, SOL_SOCKET, name, &size, sizeof(size));
}

void opts_copy(const struct sock *s, int kfd)
{
	const struct opts *o = &s->priv->opts;
	int i;

	for (i = 0; i < OPT_N; i++)
		if (o->set & UINT64_C(1) << i)
			host.setsockopt(kfd, table[i].level, table[i].name,
					&o->val[i], sizeof(o->val[i]));
	if (o->rcvbuf)
		copy_size(kfd, SO_RCVBUFFORCE, SO_RCVBUF, o->rcvbuf);
	if (o->sndbuf)
		copy_size(kfd, SO_SNDBUFFORCE, SO_SNDBUF, o->sndbuf);
	copy_linger(kfd, o);
	copy_congestion(kfd, o);
	copy_time(kfd, SO_RCVTIMEO_OLD, s->rcvtimeo_ns);
	copy_time(kfd, SO_SNDTIMEO_OLD, s->sndtimeo_ns);
	if (s->type == SOCK_DGRAM)
		udp_opts_copy(s, kfd);
	filter_copy(s, kfd);
	cold_copy(s, kfd); /* the lock of the filter too */
}

void opts_apply(struct sock *s)
{
	uint64_t set = s->priv->opts.set;
	int i;

	if (!opts_hold(s))
		return;
	for (i = 0; i < OPT_N; i++)
		if (set & UINT64_C(1) << i)
			opt_push(s, (enum opt_id)i);
	push_buffers(s);
	opts_push_rest(s);
}

void opts_inherit(struct sock *s, const struct sock *listener)
{
	s->priv->opts = listener->priv->opts;
	s->rcvtimeo_ns = listener->rcvtimeo_ns;
	s->sndtimeo_ns = listener->sndtimeo_ns;
	/* of a listener alone */
	s->priv->opts.val[OPT_DEFER_ACCEPT] = 0;
	s->priv->opts.val[OPT_FASTOPEN] = 0;
	s->c.low = opt_get(&s->priv->opts, OPT_NOTSENT_LOWAT) > 0;
	s->c.urg_inline = opt_get(&s->priv->opts, OPT_OOBINLINE) != 0;
	cold_inherit(s, listener);
}

_Static_assert(OPT_N <= 64, "the options fit the bits of opts.set");
