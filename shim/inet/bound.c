// SPDX-License-Identifier: MIT
/*
 * bound.c - which stream sockets hold which port
 */
#include <errno.h>

#include "shim/host/addr.h"
#include "shim/inet/bound.h"
#include "shim/object/root.h"
#include "shim/option/cold.h"
#include "shim/option/priv.h"

static struct sock **bucket(uint16_t port)
{
	return &shim_root->bound[port % BOUND_BUCKETS];
}

enum { V4 = 1, V6 = 2 };

/* Whose peers it is for. */
static unsigned families(const struct sock *s)
{
	const struct ix_addr *ip = &s->priv->local.ip;

	if (!addr_is_any(ip))
		return addr_is_v4(ip) ? V4 : V6;
	if (s->family == AF_INET)
		return V4;
	return s->v6only ? V6 : V4 | V6;
}

static bool same_address(const struct sock *a, const struct sock *b)
{
	const struct ix_addr *x = &a->priv->local.ip, *y = &b->priv->local.ip;

	if (!(families(a) & families(b)))
		return false;
	if (addr_is_any(x) || addr_is_any(y))
		return true;
	return addr_equal(x, y);
}

static bool both(const struct sock *a, const struct sock *b, enum opt_id id)
{
	return opt_get(&a->priv->opts, id) && opt_get(&b->priv->opts, id);
}

/* Each of two interfaces has its own ports. */
static bool same_device(const struct sock *a, const struct sock *b)
{
	int x = cold_get(a, COLD_DEVICE, 0), y = cold_get(b, COLD_DEVICE, 0);

	return !x || !y || x == y;
}

/* As bind(2) and socket(7) say for TCP. */
static bool shares(const struct sock *a, const struct sock *b)
{
	if (both(a, b, OPT_REUSEPORT))
		return true;
	return both(a, b, OPT_REUSEADDR) && b->state != SS_LISTEN;
}

static bool any_conflict(const struct sock *s, bool chosen)
{
	const struct sock *o;

	for (o = *bucket(s->priv->local.port); o; o = o->priv->bound_next)
		if (o != s && o->priv->local.port == s->priv->local.port &&
		    same_address(s, o) && same_device(s, o) &&
		    (chosen || !shares(s, o)))
			return true;
	return false;
}

static int list(struct sock *s, bool chosen)
{
	struct sock **head = bucket(s->priv->local.port);
	int rc = 0;

	hold_lock(&shim_root->lock);
	if (any_conflict(s, chosen)) {
		rc = -EADDRINUSE;
	} else {
		s->priv->bound_next = *head;
		s->priv->listed = 1;
		*head = s;
	}
	hold_unlock(&shim_root->lock);
	return rc;
}

uint16_t bound_unlist(struct sock *s)
{
	struct sock **p;

	if (!s->priv->listed)
		return 0;
	hold_lock(&shim_root->lock);
	for (p = bucket(s->priv->local.port); *p && *p != s;)
		p = &(*p)->priv->bound_next;
	if (*p)
		*p = s->priv->bound_next;
	s->priv->listed = 0;
	hold_unlock(&shim_root->lock);
	return families(s) & V4 ? s->priv->local.port : 0;
}

int bound_add(struct sock *s, bool chosen)
{
	const struct endpoint *ep = &s->priv->local;
	int rc = list(s, chosen);

	/* the connections of the stack are all of IPv4 */
	if (rc < 0 || !(families(s) & V4))
		return rc;
	rc = ix_port_hold(&ep->ip, ep->port,
			  chosen ? 0 : opts_share(&s->priv->opts));
	if (rc < 0)
		bound_unlist(s);
	return rc;
}

void bound_del(struct sock *s)
{
	uint16_t port = bound_unlist(s);

	if (port)
		ix_port_free(port);
}
