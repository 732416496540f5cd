// SPDX-License-Identifier: MIT
/*
 * tcp_listen.c - listeners: backlog, accept, both worlds
 *
 * A listener of both worlds has a kernel socket that listens as well. It is
 * non-blocking in the kernel; what the program sees as O_NONBLOCK is kept in
 * sock.nonblock.
 */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "shim/calls.h"
#include "shim/fd.h"
#include "shim/tcp.h"
#include "shim/until.h"

#define BACKLOG_MAX 4096 /* as net.core.somaxconn */

/*
 * Knocks
 */
void tcp_knock(struct sock *s, const struct ix_event *ev)
{
	struct sock_priv *p = s->priv;
	struct knock *k;

	hold_lock(&shim_root->lock);
	k = ix_pool_get(&shim_root->knocks);
	hold_unlock(&shim_root->lock);
	if (!k) {
		tcp_reject(s, ev);
		return;
	}
	k->next = NULL;
	k->ev = *ev;
	if (p->knock_head)
		p->knock_tail->next = k;
	else
		p->knock_head = k;
	p->knock_tail = k;
	p->nknocks++;
	watch_notify(s, POLLIN | POLLRDNORM);
}

static void knock_pop(struct sock_priv *p)
{
	struct knock *k = p->knock_head;

	p->knock_head = k->next;
	p->nknocks--;
	hold_lock(&shim_root->lock);
	ix_pool_put(&shim_root->knocks, k);
	hold_unlock(&shim_root->lock);
}

void tcp_reject(struct sock *s, const struct ix_event *ev)
{
	struct ix_bsys b = { .nr = IX_BSYS_REJECT, .handle = ev->handle };

	ix_call(s->o.et, &b);
}

void tcp_unlisten(struct sock *s)
{
	ix_unlisten(&s->l);
	while (s->priv->knock_head) {
		tcp_reject(s, &s->priv->knock_head->ev);
		knock_pop(s->priv);
	}
}

/*
 * listen
 */
static bool has_addr(bool v4)
{
	const struct ix_info *info = ix_info();
	uint32_t i;

	for (i = 0; i < info->naddrs; i++)
		if (addr_is_v4(&info->addrs[i].ip) == v4)
			return true;
	return info->loopback;
}

/* Could a peer of the stack ever reach a wildcard of this socket? */
bool tcp_reachable(const struct sock *s)
{
	if (s->family == AF_INET6 && has_addr(false))
		return true;
	return !s->v6only && has_addr(true);
}

/* Bind to any port, as listen() does for a socket that is not bound. */
static int autobind(int fd, struct sock *s)
{
	struct endpoint any = { .ip = addr_any(s->family) };
	struct sockaddr_storage name;
	socklen_t n = sizeof(name);

	addr_show(&any, s->family, (struct sockaddr *)&name, &n);
	return tcp_bind(fd, s, &any, (struct sockaddr *)&name, n);
}

static int stack_listen(struct sock *s, uint32_t backlog)
{
	struct sock_priv *p = s->priv;
	unsigned flags =
		opt_get(&p->opts, OPT_REUSEPORT) ? IX_LISTEN_REUSEPORT : 0;
	int rc = ix_listen(&s->l, s->o.et, &p->local.ip, p->local.port, backlog,
			   flags);

	if (rc < 0) {
		s->o.kind = IX_KIND_NONE;
		return rc;
	}
	p->backlog = backlog;
	s->state = SS_LISTEN;
	opts_apply(s);
	return 0;
}

static void stack_unlisten(struct sock *s)
{
	tcp_unlisten(s);
	s->o.kind = IX_KIND_NONE;
	s->state = SS_INIT;
}

/* The kernel's side of a wildcard listener. */
static int kernel_listen(int fd, struct sock *s, int backlog)
{
	int flags;

	if (ix_info()->no_kernel_listen)
		return sock_to_stack(fd, s);
	flags = real_fcntl(fd, F_GETFL, NULL);
	if (real_listen(fd, backlog) < 0 ||
	    real_fcntl(fd, F_SETFL, (void *)(long)(flags | O_NONBLOCK)) < 0)
		return -errno;
	s->world = SOCK_BOTH;
	return 0;
}

static int listen_first(int fd, struct sock *s, int backlog, uint32_t bounded)
{
	int rc;

	if (s->state != SS_INIT)
		return -EINVAL;
	rc = stack_listen(s, bounded);
	if (rc < 0 || s->world == SOCK_STACK)
		return rc;
	rc = kernel_listen(fd, s, backlog);
	if (rc < 0)
		stack_unlisten(s);
	return rc;
}

int tcp_listen(int fd, struct sock *s, int backlog)
{
	uint32_t bounded = (uint32_t)backlog > BACKLOG_MAX ? BACKLOG_MAX :
							     (uint32_t)backlog;
	int rc;

	if (s->state == SS_LISTEN) {
		s->priv->backlog = bounded;
		return s->world == SOCK_BOTH && real_listen(fd, backlog) < 0 ?
			       -errno :
			       0;
	}
	if (s->world == SOCK_FRESH && !tcp_reachable(s)) {
		sock_to_kernel(fd, s, WHY_V6ONLY);
		return real_listen(fd, backlog) < 0 ? -errno : 0;
	}
	if (!s->priv->bound) {
		rc = autobind(fd, s);
		if (rc < 0)
			return rc;
	}
	if (!sock_lock(fd, s))
		return -EBADF;
	rc = listen_first(fd, s, backlog, bounded ? bounded : 1);
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

static struct sock *take_peer(struct sock *s, const struct ix_event *ev,
			      int flags)
{
	struct sock *n = sock_new(SOCK_STREAM, s->family);

	if (!n)
		return NULL;
	ix_accept(&n->c, s->o.et, ev);
	n->world = SOCK_STACK;
	n->state = SS_CONNECTED;
	n->v6only = s->v6only;
	n->nonblock = (flags & SOCK_NONBLOCK) != 0;
	n->priv->local.port = ev->lport;
	n->priv->local.ip = *addr_local(ix_info(), ev->lip, &ev->ip);
	n->priv->peer.ip = ev->ip;
	n->priv->peer.port = ev->rport;
	return n;
}

/* Locked: accept the oldest knock. A descriptor, or -EAGAIN, -EMFILE, ... */
static int accept_knock(struct sock *s, int flags, struct sock **out)
{
	struct sock_priv *p = s->priv;
	struct sock *n;
	int fd;

	while (p->knock_head && !welcome(s, &p->knock_head->ev)) {
		tcp_reject(s, &p->knock_head->ev);
		knock_pop(p);
	}
	if (!p->knock_head)
		return -EAGAIN;
	fd = real_fcntl(ix_info()->placeholder_fd,
			flags & SOCK_CLOEXEC ? F_DUPFD_CLOEXEC : F_DUPFD, NULL);
	if (fd < 0)
		return -errno;
	n = take_peer(s, &p->knock_head->ev, flags);
	if (!n) {
		real_close(fd);
		return -ENOMEM;
	}
	knock_pop(p);
	opts_inherit(n, s);
	*out = n;
	return fd;
}

static int accept_stack(int fd, struct sock *s, int flags,
			struct endpoint *peer)
{
	struct sock *n;
	int rc = -EINVAL;

	if (!sock_lock(fd, s))
		return -EBADF;
	if (s->state == SS_LISTEN) {
		rc = accept_knock(s, flags, &n);
		if (rc == -EAGAIN && s->nonblock && sock_poll_once(s))
			rc = accept_knock(s, flags, &n);
	}
	sock_unlock(s);
	if (rc >= 0) {
		*peer = n->priv->peer;
		fd_install(rc, FD_SOCK, n);
	}
	return rc;
}

static int accept_kernel(int fd, struct sockaddr *addr, socklen_t *len,
			 int flags)
{
	int n = real_accept4(fd, addr, len, flags);

	if (n < 0)
		return -errno;
	fd_set_reason(n, WHY_ACCEPTED);
	return n;
}

int tcp_accept(int fd, struct sock *s, struct sockaddr *addr, socklen_t *len,
	       int flags)
{
	struct until end = until_ns(s->rcvtimeo_ns);
	bool both = s->world == SOCK_BOTH;
	struct endpoint peer;
	int rc;

	if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
		return -EINVAL;
	for (;;) {
		rc = accept_stack(fd, s, flags, &peer);
		if (rc >= 0)
			addr_show(&peer, s->family, addr, len);
		else if (rc == -EAGAIN && both)
			rc = accept_kernel(fd, addr, len, flags);
		if (rc != -EAGAIN || s->nonblock)
			return rc;
		rc = sock_wait(s, POLLIN, until_left(&end), both ? fd : -1);
		if (rc < 0)
			return rc;
	}
}
