// SPDX-License-Identifier: MIT
/*
 * opts.c - the table of integer options
 */
#include <errno.h>
#include <string.h>

#include "shim/priv.h"

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

	if (o->min == 0 && o->max == 1)
		val = val != 0;
	if (val < o->min || val > o->max)
		return -EINVAL;
	*out = val;
	return 0;
}

/* Locked. Tell the handle of s; what the stack does not know stays a number. */
void opt_push(struct sock *s, enum opt_id id)
{
	int32_t val = s->priv->opts.val[id];

	if (table[id].ix == NO_IX || !s->o.handle || val < 0)
		return;
	ix_setopt(&s->o, table[id].ix, (uint32_t)val);
}

static void push_buffers(struct sock *s)
{
	const struct opts *o = &s->priv->opts;

	if (!s->o.handle)
		return;
	if (o->rcvbuf)
		ix_setopt(&s->o, IX_OPT_RCVBUF, (uint32_t)o->rcvbuf);
	if (o->sndbuf && s->o.kind == IX_KIND_TCP)
		ix_setopt(&s->o, IX_OPT_SNDBUF, (uint32_t)o->sndbuf);
}

/* What a listener has no use for: accepted sockets get it. */
static bool skip(const struct sock *s, int id)
{
	return s->o.kind == IX_KIND_LISTENER && id != OPT_MAXSEG;
}

void opts_apply(struct sock *s)
{
	uint64_t set = s->priv->opts.set;
	int i;

	for (i = 0; i < OPT_N; i++)
		if (set & UINT64_C(1) << i && !skip(s, i))
			opt_push(s, (enum opt_id)i);
	push_buffers(s);
}

void opts_inherit(struct sock *s, const struct sock *listener)
{
	s->priv->opts = listener->priv->opts;
	s->rcvtimeo_ns = listener->rcvtimeo_ns;
	s->sndtimeo_ns = listener->sndtimeo_ns;
	if (s->priv->opts.set || s->priv->opts.rcvbuf || s->priv->opts.sndbuf)
		opts_apply(s);
}

_Static_assert(OPT_N <= 64, "the options fit the bits of opts.set");
