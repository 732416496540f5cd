// SPDX-License-Identifier: MIT
/*
 * tcp_listen.c - listeners: backlog, accept, both worlds
 *
 * A listener of both worlds has a kernel socket that listens as well. It is
 * non-blocking in the kernel; what the program sees as O_NONBLOCK is kept in
 * sock.nonblock.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "shim/host/addr.h"
#include "shim/host/host.h"
#include "shim/host/name.h"
#include "shim/host/until.h"
#include "shim/inet/tcp_bind.h"
#include "shim/inet/tcp_listen.h"
#include "shim/inet/world.h"
#include "shim/object/fd.h"
#include "shim/object/hold.h"
#include "shim/object/root.h"
#include "shim/object/sock.h"
#include "shim/option/priv.h"
#include "shim/wait/epoll_half.h"
#include "shim/wait/sock_wait.h"
#include "shim/wait/watch.h"

/*
 * Knocks
 */

/* A peer that waits to be accepted. */
struct knock {
	struct knock *next;
	unsigned et; /* elastic thread that has the connection */
	struct ix_event ev;
};

void stream_pools_init(struct shim_root *r)
{
	r->knocks.size = sizeof(struct knock);
}

/* Locked: elastic thread et. */
static void reject(unsigned et, const struct ix_event *ev)
{
	struct ix_bsys b = { .nr = IX_BSYS_REJECT, .handle = ev->handle };

	ix_call(et, &b);
}

void stream_knock(struct sock *s, unsigned et, const struct ix_event *ev)
{
	struct sock_priv *p = s->priv;
	struct knock *k = hold_pool_get(&shim_root->lock, &shim_root->knocks);

	if (!k) {
		reject(et, ev);
		return;
	}
	k->next = NULL;
	k->et = et;
	k->ev = *ev;
	hold_lock(&s->list_lock);
	if (p->knock_head)
		p->knock_tail->next = k;
	else
		p->knock_head = k;
	p->knock_tail = k;
	p->nknocks++;
	hold_unlock(&s->list_lock);
	watch_notify(s, POLLIN | POLLRDNORM);
}

/* The oldest one, or NULL. */
static struct knock *knock_pop(struct sock *s)
{
	struct sock_priv *p = s->priv;
	struct knock *k;

	hold_lock(&s->list_lock);
	k = p->knock_head;
	if (k) {
		p->knock_head = k->next;
		p->nknocks--;
	}
	hold_unlock(&s->list_lock);
	return k;
}

static void knock_free(struct knock *k)
{
	hold_pool_put(&shim_root->lock, &shim_root->knocks, k);
}

/* The stack resets those that were not accepted. */
void stream_unlisten(struct sock *s)
{
	struct knock *k;

	ix_unlisten(&s->l);
	while ((k = knock_pop(s)))
		knock_free(k);
}

/* Bind to any port, as listen() does for a socket that is not bound. */
static int autobind(int fd, struct sock *s)
{
	struct endpoint any = { .ip = addr_any(s->family) };
	struct sockaddr_storage name;
	socklen_t n = sizeof(name);
	int rc;

	addr_show(&any, s->family, (struct sockaddr *)&name, &n);
	rc = stream_bind(fd, s, &any, (struct sockaddr *)&name, n);
	return rc == 0 && !s->priv->local.port ? stream_bind_port(fd, s) : rc;
}

static int stack_listen(struct sock *s, uint32_t backlog)
{
	struct sock_priv *p = s->priv;
	unsigned flags =
		opts_hold(s) |
		(opt_get(&p->opts, OPT_REUSEPORT) ? IX_LISTEN_REUSEPORT : 0u);
	int rc = ix_listen(&s->l, &p->local.ip, p->local.port, backlog, flags);

	if (rc < 0) {
		stream_unlisten(s); /* it listened on some for a moment */
		s->o.kind = IX_KIND_NONE;
		return rc;
	}
	s->state = SS_LISTEN;
	opts_apply(s);
	if (opts_share(&p->opts))
		opts_push_share(s);
	return 0;
}

static void stack_unlisten(struct sock *s)
{
	stream_unlisten(s);
	s->o.kind = IX_KIND_NONE;
	s->state = SS_INIT;
}

/* The kernel's side of a wildcard listener. */
static int kernel_listen(int fd, struct sock *s, int backlog)
{
	int flags;

	if (ix_info()->no_kernel_listen)
		return sock_to_stack(fd, s);
	flags = host.fcntl(fd, F_GETFL, NULL);
	if (host.listen(fd, backlog) < 0 ||
	    host.fcntl(fd, F_SETFL, (void *)(long)(flags | O_NONBLOCK)) < 0)
		return -errno;
	s->world = WORLD_BOTH;
	epoll_follow(s);
	return 0;
}

/* Nobody of the stack could come, and the kernel is to be left out. */
static int listen_idle(struct sock *s)
{
	s->state = SS_LISTEN;
	return 0;
}

static int listen_first(int fd, struct sock *s, int backlog, uint32_t bounded)
{
	int rc;

	if (s->state != SS_INIT)
		return -EINVAL;
	rc = sock_reachable(s) ? stack_listen(s, bounded) : listen_idle(s);
	if (rc < 0 || s->world == WORLD_STACK)
		return rc;
	rc = kernel_listen(fd, s, backlog);
	if (rc < 0)
		stack_unlisten(s);
	return rc;
}

int stream_listen(int fd, struct sock *s, int backlog)
{
	uint32_t bounded = (uint32_t)backlog > BACKLOG_MAX ? BACKLOG_MAX :
							     (uint32_t)backlog;
	int rc;

	if (s->state == SS_LISTEN) {
		if (!sock_lock(fd, s))
			return -EBADF;
		ix_setopt(&s->o, IX_OPT_BACKLOG, bounded);
		sock_unlock(s);
		return s->world == WORLD_BOTH && host.listen(fd, backlog) < 0 ?
			       -errno :
			       0;
	}
	if (s->world == WORLD_FRESH && !sock_reachable(s) &&
	    !ix_info()->no_kernel_listen) {
		sock_to_kernel(fd, s, WHY_V6ONLY);
		return host.listen(fd, backlog) < 0 ? -errno : 0;
	}
	if (!s->priv->bound || !s->priv->local.port) {
		rc = s->priv->bound ? stream_bind_port(fd, s) : autobind(fd, s);
		if (rc < 0)
			return rc;
	}
	sock_rehome(s, 0);
	if (!sock_lock(fd, s))
		return -EBADF;
	rc = s->o.et ? -EINVAL : 0;
	if (rc == 0)
		rc = listen_first(fd, s, backlog, bounded);
	sock_flush_unlock(s);
	return rc;
}

/*
 * accept
 */
static bool welcome(const struct sock *s, const struct ix_event *ev)
{
	return addr_is_v4(&ev->ip) ? !s->v6only : s->family == AF_INET6;
}

static struct sock *take_peer(struct sock *s, const struct knock *k, int flags)
{
	struct sock *n = sock_new(SOCK_STREAM, s->family);
	const struct ix_event *ev = &k->ev;

	if (!n)
		return NULL;
	ix_et_lock(k->et);
	ix_accept(&n->c, k->et, ev);
	n->world = WORLD_STACK;
	n->state = SS_CONNECTED;
	n->v6only = s->v6only;
	n->nonblock = (flags & SOCK_NONBLOCK) != 0;
	n->priv->local.port = ev->lport;
	n->priv->local.ip = *addr_local(ix_info(), ev->lip, &ev->ip);
	n->priv->peer.ip = ev->ip;
	n->priv->peer.port = ev->rport;
	n->here = ev->lip == IX_LIP_LOOPBACK ||
		  addr_own(ix_info(), &ev->ip) >= 0;
	opts_inherit(n, s);
	ix_et_unlock(k->et);
	return n;
}

static void turn_away(struct knock *k)
{
	ix_et_lock(k->et);
	reject(k->et, &k->ev);
	ix_et_unlock(k->et);
	knock_free(k);
}

/* As if it had not been taken. */
static void put_back(struct sock *s, struct knock *k)
{
	struct sock_priv *p = s->priv;

	hold_lock(&s->list_lock);
	k->next = p->knock_head;
	if (!k->next)
		p->knock_tail = k;
	p->knock_head = k;
	p->nknocks++;
	hold_unlock(&s->list_lock);
}

/* Locked: the oldest knock, or NULL and why in *rc. */
static struct knock *listener_knock(struct sock *s, int *rc)
{
	struct knock *k = NULL;

	*rc = -EINVAL;
	if (s->state != SS_LISTEN)
		return NULL;
	*rc = -EAGAIN;
	k = knock_pop(s);
	if (!k && s->nonblock && sock_poll_once(s))
		k = knock_pop(s);
	return k;
}

/* A descriptor, or -EAGAIN, -EMFILE, ... */
static int accept_stack(int fd, struct sock *s, int flags,
			struct endpoint *peer)
{
	struct knock *k;
	struct sock *n;
	int rc;

	if (!sock_lock(fd, s))
		return -EBADF;
	k = listener_knock(s, &rc);
	sock_unlock(s);
	while (k && !welcome(s, &k->ev)) {
		turn_away(k);
		k = knock_pop(s);
	}
	if (!k)
		return rc;
	rc = host.fcntl(sock_placeholder(s),
			flags & SOCK_CLOEXEC ? F_DUPFD_CLOEXEC : F_DUPFD, NULL);
	if (rc < 0) {
		rc = -errno;
		put_back(s, k);
		return rc;
	}
	n = take_peer(s, k, flags);
	if (!n) {
		own_close(rc);
		put_back(s, k);
		return -ENOMEM;
	}
	knock_free(k);
	*peer = n->priv->peer;
	fd_install(rc, FD_SOCK, n);
	return rc;
}

static int accept_kernel(int fd, struct sockaddr *addr, socklen_t *len,
			 int flags)
{
	int n = host.accept4(fd, addr, len, flags);

	if (n < 0)
		return -errno;
	fd_set_reason(n, WHY_ACCEPTED);
	return n;
}

/* From either half; kfd < 0: the kernel's is not there. */
static int accept_any(int fd, int kfd, struct sock *s, struct sockaddr *addr,
		      socklen_t *len, int flags)
{
	struct endpoint peer;
	int rc = accept_stack(fd, s, flags, &peer), err;

	if (rc == -EAGAIN && kfd >= 0)
		return accept_kernel(kfd, addr, len, flags);
	if (rc < 0 || !addr)
		return rc;
	err = name_give(&peer, s->family, addr, len);
	if (err < 0) {
		fd_close(rc);
		return err;
	}
	return rc;
}

static int accept_wait(int fd, struct sock *s, struct sockaddr *addr,
		       socklen_t *len, int flags)
{
	struct until end = until_ns(s->rcvtimeo_ns);
	bool both = s->world == WORLD_BOTH;
	struct sock_hold hold;
	int rc;

	if (!sock_hold(&hold, fd, s))
		return -EBADF;
	do {
		rc = sock_wait_held(&hold, POLLIN, until_left(&end), both);
		if (rc < 0)
			break;
		rc = accept_any(sock_held_fd(&hold),
				both ? sock_held_kernel_fd(&hold) : -1, s, addr,
				len, flags);
	} while (rc == -EAGAIN);
	sock_let_go(&hold);
	return rc;
}

int stream_accept(int fd, struct sock *s, struct sockaddr *addr, socklen_t *len,
		  int flags)
{
	int rc;

	cancel_point();
	if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
		return -EINVAL;
	rc = accept_any(fd, s->world == WORLD_BOTH ? fd : -1, s, addr, len,
			flags);
	if (rc != -EAGAIN || s->nonblock)
		return rc;
	return accept_wait(fd, s, addr, len, flags);
}
