// SPDX-License-Identifier: MIT
/*
 * udp.c - datagram sockets: bind, connect, state
 */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "shim/calls.h"
#include "shim/fd.h"
#include "shim/tcp.h"
#include "shim/udp.h"
#include "shim/watch.h"

static unsigned bind_flags(const struct sock *s)
{
	const struct opts *o = &s->priv->opts;

	return (opt_get(o, OPT_REUSEPORT) ? IX_LISTEN_REUSEPORT : 0u) |
	       (opt_get(o, OPT_REUSEADDR) ? IX_UDP_REUSEADDR : 0u);
}

static int open_here(struct sock *s, const struct endpoint *ep)
{
	int rc;

	sock_lock_own(s);
	rc = ix_udp_open(&s->u, s->o.et, &ep->ip, ep->port, bind_flags(s));
	if (rc < 0)
		s->o.kind = IX_KIND_NONE;
	else
		opts_apply(s);
	sock_unlock(s);
	return rc;
}

/* Open the stack's side, where the port's other sockets are. Not locked. */
static int stack_open(struct sock *s, const struct endpoint *ep)
{
	int rc = open_here(s, ep);
	unsigned et;

	for (et = 0; rc == -EXDEV && et < ix_info()->nethreads; et++) {
		sock_rehome(s, et);
		rc = open_here(s, ep);
	}
	return rc;
}

static int kernel_name(int fd, struct sock *s, struct endpoint *out)
{
	struct sockaddr_storage name;
	socklen_t n = sizeof(name);

	if (real_getsockname(fd, (struct sockaddr *)&name, &n) < 0)
		return -errno;
	return addr_parse((struct sockaddr *)&name, n, s->family, out);
}

/* The kernel's side has its port: the same one in the stack. */
static int join_stack(int fd, struct sock *s)
{
	struct endpoint *local = &s->priv->local;
	struct endpoint any = { .ip = addr_any(s->family) };
	int rc = kernel_name(fd, s, local);

	if (rc < 0)
		return rc;
	any.port = local->port;
	rc = stack_open(s, &any);
	if (rc < 0)
		return rc;
	s->priv->bound = BOUND_ANY;
	sock_lock_own(s);
	s->world = SOCK_BOTH;
	epoll_follow(s);
	sock_unlock(s);
	return 0;
}

static int bind_any(int fd, struct sock *s, const struct sockaddr *addr,
		    socklen_t len)
{
	if (real_bind(fd, addr, len) < 0)
		return -errno;
	if (!tcp_reachable(s)) {
		sock_to_kernel(fd, s, WHY_V6ONLY);
		return 0;
	}
	return join_stack(fd, s);
}

static int bind_own(int fd, struct sock *s, const struct endpoint *ep)
{
	int rc = stack_open(s, ep);

	if (rc < 0)
		return rc;
	s->priv->local = *ep;
	s->priv->local.port = s->u.lport;
	s->priv->bound = BOUND_OWN;
	return sock_leave_kernel(fd, s);
}

int udp_bind(int fd, struct sock *s, const struct endpoint *ep,
	     const struct sockaddr *addr, socklen_t len)
{
	int rc = 0;

	if (s->priv->local.port)
		return -EINVAL;
	if (s->world == SOCK_STACK) /* its port is gone, see forget_port() */
		rc = sock_to_fresh(fd, s);
	if (rc < 0)
		return rc;
	s->priv->bound = BOUND_NO;
	s->priv->port_given = ep->port != 0;
	if (addr_is_any(&ep->ip))
		return bind_any(fd, s, addr, len);
	if (sock_route(&ep->ip) == 1)
		return bind_own(fd, s, ep);
	if (real_bind(fd, addr, len) < 0)
		return -errno;
	sock_to_kernel(fd, s, WHY_LOCAL_ADDR);
	return 0;
}

int udp_both(int fd, struct sock *s)
{
	struct endpoint any = { .ip = addr_any(s->family) };
	struct sockaddr_storage name;
	socklen_t n = sizeof(name);
	int rc = kernel_name(fd, s, &any);

	if (rc < 0)
		return rc;
	if (!any.port) {
		any.ip = addr_any(s->family);
		addr_show(&any, s->family, (struct sockaddr *)&name, &n);
		if (real_bind(fd, (struct sockaddr *)&name, n) < 0)
			return -errno;
	}
	return join_stack(fd, s);
}

/*
 * connect
 */
/* The stack's side is given up. */
static void close_stack(struct sock *s)
{
	if (s->o.kind != IX_KIND_UDP)
		return;
	sock_lock_own(s);
	ix_udp_close(&s->u);
	ix_drive(s->o.et, 0);
	sock_unlock(s);
}

int udp_reopen(struct sock *s)
{
	struct endpoint ep = { .ip = addr_any(s->family) };
	int rc;

	if (s->priv->bound == BOUND_OWN)
		ep = s->priv->local;
	rc = stack_open(s, &ep);
	if (rc == 0)
		s->priv->local.port = s->u.lport;
	return rc;
}

static int connect_kernel(int fd, struct sock *s, const struct sockaddr *addr,
			  socklen_t len)
{
	if (s->world == SOCK_STACK)
		return -ENETUNREACH;
	if (real_connect(fd, addr, len) < 0)
		return -errno;
	close_stack(s);
	sock_to_kernel(fd, s, WHY_PEER);
	return 0;
}

/* port 0: none any more */
static void name_peer(struct sock *s, const struct endpoint *ep)
{
	sock_lock_own(s);
	ix_udp_connect(&s->u, &ep->ip, ep->port);
	sock_unlock(s);
}

static int connect_stack(int fd, struct sock *s, const struct endpoint *ep)
{
	struct sock_priv *p = s->priv;
	uint32_t own = addr_source(ix_info(), &ep->ip);
	int rc = 0;

	if (s->o.kind != IX_KIND_UDP)
		rc = udp_reopen(s);
	if (rc == 0 && s->world != SOCK_STACK)
		rc = sock_leave_kernel(fd, s);
	if (rc < 0)
		return rc;
	name_peer(s, ep);
	if (p->bound != BOUND_OWN)
		p->local.ip = *addr_local(ix_info(), own, &ep->ip);
	p->local.port = s->u.lport;
	p->peer = *ep;
	p->has_peer = 1;
	s->state = SS_CONNECTED;
	return 0;
}

/* What goes to everybody goes by the network of the socket's own address. */
bool udp_served(const struct sock *s, const struct ix_addr *ip)
{
	return sock_route(ip) > 0 ||
	       (s->world == SOCK_STACK && addr_is_broadcast(ix_info(), ip));
}

int udp_may_send(const struct sock *s, const struct ix_addr *ip)
{
	if (opt_get(&s->priv->opts, OPT_BROADCAST))
		return 0;
	return addr_is_broadcast(ix_info(), ip) ? -EACCES : 0;
}

int udp_connect(int fd, struct sock *s, const struct endpoint *ep,
		const struct sockaddr *addr, socklen_t len)
{
	int rc = udp_may_send(s, &ep->ip);

	if (rc < 0)
		return rc;
	if (udp_served(s, &ep->ip))
		return connect_stack(fd, s, ep);
	return connect_kernel(fd, s, addr, len);
}

/* A port that nobody asked for goes with the peer. */
static int forget_port(int fd, struct sock *s)
{
	close_stack(s);
	s->priv->local.port = 0;
	if (s->priv->bound == BOUND_OWN)
		return 0;
	s->priv->bound = BOUND_NO;
	if (s->world == SOCK_STACK)
		return sock_to_fresh(fd, s);
	s->world = SOCK_FRESH; /* as the kernel's half is by now */
	return 0;
}

int udp_disconnect(int fd, struct sock *s, const struct sockaddr *addr,
		   socklen_t len)
{
	const struct endpoint none = { .port = 0 };

	if (s->world != SOCK_STACK && real_connect(fd, addr, len) < 0)
		return -errno;
	if (s->world == SOCK_FRESH)
		return 0;
	s->priv->has_peer = 0;
	if (s->o.kind == IX_KIND_UDP)
		name_peer(s, &none);
	s->state = SS_INIT;
	if (s->priv->bound != BOUND_OWN)
		s->priv->local.ip = addr_any(s->family);
	return s->priv->port_given ? 0 : forget_port(fd, s);
}

/* One that is not connected is shut all the same: that wakes who waits. */
int udp_shutdown(int fd, struct sock *s, int how)
{
	int rc;

	if (how < SHUT_RD || how > SHUT_RDWR)
		return -EINVAL;
	if (!sock_lock(fd, s))
		return -EBADF;
	s->shut |= (uint8_t)(how + 1);
	watch_notify(s, POLLIN | POLLOUT | POLLRDHUP);
	rc = s->priv->has_peer ? 0 : -ENOTCONN;
	sock_unlock(s);
	return rc;
}

/*
 * State
 */
unsigned udp_poll(const struct sock *s)
{
	unsigned ev = POLLOUT | POLLWRNORM | POLLWRBAND;

	if (s->world == SOCK_KERNEL)
		return 0; /* it tells itself */
	if (s->so_error || s->priv->udp.err_first)
		ev |= POLLERR;
	if (s->o.kind == IX_KIND_UDP && s->u.rx_count)
		ev |= POLLIN | POLLRDNORM;
	if (s->shut & 1)
		ev |= POLLIN | POLLRDNORM | POLLRDHUP;
	if (s->shut == 3)
		ev |= POLLHUP;
	return ev;
}

/* Does the program hear of it? Those who did not connect have to ask for it. */
static bool tells(struct sock *s)
{
	const struct opts *o = &s->priv->opts;

	if (opt_get(o, OPT_RECVERR)) {
		udp_err_icmp(s, s->u.err_ev);
		return true;
	}
	return s->priv->has_peer &&
	       (s->u.err != EMSGSIZE ||
		opt_get(o, OPT_MTU_DISCOVER) != IP_PMTUDISC_DONT);
}

void udp_notify(struct sock *s, unsigned what)
{
	if (what & IX_N_READ)
		watch_notify(s, POLLIN | POLLRDNORM);
	if (what & IX_N_ERR && tells(s)) {
		s->so_error = s->u.err;
		watch_notify(s, POLLERR);
	}
}
