// SPDX-License-Identifier: MIT
/*
 * cold.c - socket options that are seldom used, in the kernel's words
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "shim/host/host.h"
#include "shim/object/root.h"
#include "shim/option/cold.h"
#include "shim/option/priv.h"

static const struct row {
	int level, name, sockets;
} rows[COLD_N] = {
#define X(id, level, name, sockets) { level, name, sockets },
	COLD_LIST(X)
#undef X
};

enum cold_id cold_find(const struct sock *s, int level, int name)
{
	int i, kind = s->type == SOCK_STREAM ? OPT_TCP : OPT_UDP;

	if (level == SOL_SOCKET && name == SO_BINDTODEVICE)
		return COLD_DEVICE; /* the other name of the same */
	for (i = 0; i < COLD_N; i++)
		if (rows[i].level == level && rows[i].name == name)
			break;
	if (i == COLD_N || !(rows[i].sockets & kind) ||
	    (rows[i].sockets & OPT_V6 && s->family != AF_INET6))
		return COLD_N;
	return (enum cold_id)i;
}

int cold_model(const struct sock *s)
{
	int fd = host.socket(s->family, s->type | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

int cold_learn(int kfd, enum cold_id id, int *out)
{
	socklen_t len = sizeof(*out);
	int n = 0;

	if (host.getsockopt(kfd, rows[id].level, rows[id].name, &n, &len) < 0)
		return -errno;
	*out = n;
	return 0;
}

static struct cold *cold_of(struct sock *s)
{
	struct cold *c = s->priv->cold;

	if (c)
		return c;
	c = hold_pool_get(&shim_root->lock, &shim_root->colds);
	if (!c)
		return NULL;
	memset(c, 0, sizeof(*c));
	__atomic_store_n(&s->priv->cold, c, __ATOMIC_RELEASE);
	return c;
}

int cold_store(struct sock *s, enum cold_id id, int val)
{
	struct cold *c = cold_of(s);

	if (!c)
		return -ENOBUFS;
	c->val[id] = val;
	c->set[id] = 1;
	return 0;
}

int cold_get(const struct sock *s, enum cold_id id, int or_else)
{
	const struct cold *c =
		__atomic_load_n(&s->priv->cold, __ATOMIC_ACQUIRE);

	return c && c->set[id] ? c->val[id] : or_else;
}

/* What may be set no longer, for want of a privilege, reads as a number. */
static int read_plain(int n, void *val, socklen_t *len)
{
	if (*len > sizeof(n))
		*len = sizeof(n);
	memcpy(val, &n, *len);
	return 0;
}

int cold_read(const struct sock *s, enum cold_id id, int level, int name,
	      void *val, socklen_t *len)
{
	const struct cold *c =
		__atomic_load_n(&s->priv->cold, __ATOMIC_ACQUIRE);
	bool set = c && c->set[id];
	int fd = cold_model(s), rc = 0;

	if (fd < 0)
		return fd;
	if (set && host.setsockopt(fd, rows[id].level, rows[id].name,
				   &c->val[id], sizeof(c->val[id])) < 0)
		rc = read_plain(c->val[id], val, len);
	else if (host.getsockopt(fd, level, name, val, len) < 0)
		rc = -errno;
	own_close(fd);
	return rc;
}

void cold_inherit(struct sock *s, const struct sock *listener)
{
	const struct cold *from = listener->priv->cold;
	struct cold *c = from ? cold_of(s) : NULL;

	if (!c)
		return;
	*c = *from;
	c->set[COLD_INCOMING_CPU] = 0;
}

void cold_copy(const struct sock *s, int kfd)
{
	const struct cold *c = s->priv->cold;
	int i;

	for (i = 0; c && i < COLD_N; i++)
		if (c->set[i])
			host.setsockopt(kfd, rows[i].level, rows[i].name,
					&c->val[i], sizeof(c->val[i]));
}

void cold_drop(struct sock *s)
{
	if (s->priv->cold)
		hold_pool_put(&shim_root->lock, &shim_root->colds,
			      s->priv->cold);
	s->priv->cold = NULL;
}

void cold_pools_init(struct shim_root *r)
{
	r->colds.size = sizeof(struct cold);
}
