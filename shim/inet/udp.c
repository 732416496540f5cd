// SPDX-License-Identifier: MIT
/*
 * udp.c - datagram sockets: bind, connect, state
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "shim/host/addr.h"
#include "shim/host/host.h"
#include "shim/inet/udp.h"
#include "shim/inet/udp_err.h"
#include "shim/inet/world.h"
#include "shim/object/sock.h"
#include "shim/option/cold.h"
#include "shim/option/priv.h"
#include "shim/wait/epoll_half.h"
#include "shim/wait/watch.h"

#define PORT_TRIES 16

static int open_here(struct sock *s, const struct endpoint *ep)
{
	int rc;

	sock_lock_own(s);
	rc = ix_udp_open(&s->u, s->o.et, &ep->ip, ep->port,
			 opts_share(&s->priv->opts),
			 (uint32_t)cold_get(s, COLD_DEVICE, 0));
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

	if (host.getsockname(fd, (struct sockaddr *)&name, &n) < 0)
		return -errno;
	return addr_parse((struct sockaddr *)&name, n, s->family, out);
}

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

static struct endpoint any_address(const struct sock *s, uint16_t port)
{
	struct endpoint any = { .ip = addr_any(s->family), .port = port };

	return any;
}

static int bind_at(int fd, const struct sock *s, const struct endpoint *ep)
{
	struct sockaddr_storage name;
	socklen_t n = sizeof(name);

	addr_show(ep, s->family, (struct sockaddr *)&name, &n);
	return host.bind(fd, (struct sockaddr *)&name, n) < 0 ? -errno : 0;
}

/* Would the kernel give the port to one that shares it with nobody? */
static bool is_free(const struct sock *s, const struct endpoint *ep)
{
	int fd = host.socket(s->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool yes = fd >= 0 && bind_at(fd, s, ep) == 0;

	if (fd >= 0)
		own_close(fd);
	return yes;
}

/* The kernel's side of a wildcard, whose port the stack has given. */
static int bind_kernel(int fd, struct sock *s, const struct endpoint *ep,
		       bool chosen)
{
	int rc;

	if (chosen && opts_share(&s->priv->opts) && !is_free(s, ep))
		return -EADDRINUSE;
	rc = bind_at(fd, s, ep);
	if (rc == -EADDRINUSE && !chosen && ix_info()->no_kernel_listen)
		return sock_leave_kernel(fd, s);
	return rc;
}

/* Both sides have their port, on the wildcard that was asked for. */
static void joined(struct sock *s, const struct endpoint *ep)
{
	s->priv->local = *ep;
	s->priv->local.port = s->u.lport;
	s->priv->bound = BOUND_ANY;
	if (s->world == WORLD_STACK)
		return;
	sock_lock_own(s);
	s->world = WORLD_BOTH;
	epoll_follow(s);
	sock_unlock(s);
}

/* Have the port, or a chosen one, in both worlds. The kernel's socket cannot be
 * unbound: the stack's side is first. */
static int bind_any(int fd, struct sock *s, const struct endpoint *ep)
{
	int tries = ep->port ? 1 : PORT_TRIES, rc;

	do {
		struct endpoint at = *ep;

		rc = stack_open(s, &at);
		if (rc < 0)
			return rc;
		at.port = s->u.lport;
		rc = bind_kernel(fd, s, &at, !ep->port);
		if (rc < 0)
			close_stack(s);
	} while (rc == -EADDRINUSE && --tries > 0);
	if (rc == 0)
		joined(s, ep);
	return rc;
}

static int bind_own(int fd, struct sock *s, const struct endpoint *ep)
{
	int rc;

	if (!sock_port_allowed(ep->port))
		return -EACCES;
	rc = stack_open(s, ep);
	if (rc < 0)
		return rc;
	s->priv->local = *ep;
	s->priv->local.port = s->u.lport;
	s->priv->bound = BOUND_OWN;
	return sock_leave_kernel(fd, s);
}

/* Nobody of the stack could reach it, and another program has the kernel's port. */
static int bind_idle(int fd, struct sock *s, const struct endpoint *ep)
{
	if (!ix_info()->no_kernel_listen)
		return -EADDRINUSE;
	s->priv->local = *ep;
	s->priv->bound = BOUND_ANY;
	return sock_leave_kernel(fd, s);
}

/* Has it a port, by bind() or because it has sent? */
static bool has_port(int fd, struct sock *s)
{
	struct endpoint ep;

	if (s->priv->local.port)
		return true;
	return s->world == WORLD_FRESH && kernel_name(fd, s, &ep) == 0 &&
	       ep.port;
}

int dgram_bind(int fd, struct sock *s, const struct endpoint *ep,
	       const struct sockaddr *addr, socklen_t len)
{
	bool any = addr_is_any(&ep->ip);
	int rc = 0;

	if (has_port(fd, s))
		return -EINVAL;
	if (s->world == WORLD_STACK) /* its port is gone, see forget_port() */
		rc = sock_to_fresh(fd, s);
	if (rc < 0)
		return rc;
	s->priv->bound = BOUND_NO;
	s->priv->port_given = ep->port != 0;
	if (any && sock_reachable(s))
		return bind_any(fd, s, ep);
	if (!any && sock_route(&ep->ip) == 1)
		return bind_own(fd, s, ep);
	if (host.bind(fd, addr, len) < 0)
		return any && errno == EADDRINUSE ? bind_idle(fd, s, ep) :
						    -errno;
	sock_to_kernel(fd, s, any ? WHY_V6ONLY : WHY_LOCAL_ADDR);
	return 0;
}

int dgram_both(int fd, struct sock *s)
{
	struct endpoint name;
	int rc = kernel_name(fd, s, &name);

	if (rc < 0)
		return rc;
	name = any_address(s, name.port);
	if (!name.port)
		return bind_any(fd, s, &name);
	/* it has sent by the kernel, which has chosen */
	rc = stack_open(s, &name);
	if (rc == 0)
		joined(s, &name);
	return rc;
}

/*
 * connect
 */
int dgram_reopen(struct sock *s)
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

/* A peer in the other world: the port stays, if it is free there. A connect()
 * that fails must leave all as it was, so it is tried beforehand. */
static int leave_stack(int fd, struct sock *s, const struct sockaddr *addr,
		       socklen_t len)
{
	struct endpoint own = { .ip = addr_any(s->family),
				.port = s->priv->local.port };
	int kfd = s->priv->bound == BOUND_OWN ? -ENETUNREACH : cold_model(s);
	struct sockaddr_storage name;
	socklen_t n = sizeof(name);
	int rc;

	if (kfd < 0)
		return kfd;
	rc = host.connect(kfd, addr, len) < 0 ? -errno : 0;
	own_close(kfd);
	if (rc < 0)
		return rc;
	close_stack(s);
	rc = sock_to_fresh(fd, s);
	addr_show(&own, s->family, (struct sockaddr *)&name, &n);
	if (rc == 0)
		host.bind(fd, (struct sockaddr *)&name, n);
	return rc;
}

static int connect_kernel(int fd, struct sock *s, const struct sockaddr *addr,
			  socklen_t len)
{
	int rc = s->world == WORLD_STACK ? leave_stack(fd, s, addr, len) : 0;

	if (rc < 0)
		return rc;
	if (host.connect(fd, addr, len) < 0)
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
		rc = dgram_reopen(s);
	if (rc == 0 && s->world != WORLD_STACK)
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
bool dgram_served(const struct sock *s, const struct ix_addr *ip)
{
	return (sock_route(ip) > 0 && sock_reach(s, ip)) ||
	       (s->world == WORLD_STACK && addr_is_broadcast(ix_info(), ip));
}

int dgram_may_send(const struct sock *s, const struct ix_addr *ip)
{
	if (opt_get(&s->priv->opts, OPT_BROADCAST))
		return 0;
	return addr_is_broadcast(ix_info(), ip) ? -EACCES : 0;
}

bool dgram_by_kernel(const struct sock *s, const struct ix_addr *to)
{
	uint32_t number = addr_number(to);

	return s->world == WORLD_STACK && addr_is_v4(to) &&
	       addr_is_loopback(&s->priv->local.ip) &&
	       (IN_MULTICAST(number) || number == INADDR_BROADCAST);
}

int dgram_connect(int fd, struct sock *s, const struct endpoint *ep,
		  const struct sockaddr *addr, socklen_t len)
{
	int rc = dgram_may_send(s, &ep->ip);

	if (rc < 0)
		return rc;
	if (dgram_served(s, &ep->ip) ||
	    (s->priv->bound == BOUND_OWN && dgram_by_kernel(s, &ep->ip)))
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
	return sock_to_fresh(fd, s);
}

int dgram_disconnect(int fd, struct sock *s, const struct sockaddr *addr,
		     socklen_t len)
{
	const struct endpoint none = { .port = 0 };

	if (s->world != WORLD_STACK && host.connect(fd, addr, len) < 0)
		return -errno;
	if (s->world == WORLD_FRESH)
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
int dgram_shutdown(int fd, struct sock *s, int how)
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
unsigned dgram_poll(const struct sock *s)
{
	unsigned ev = POLLOUT | POLLWRNORM | POLLWRBAND;

	if (s->world == WORLD_KERNEL)
		return 0; /* it tells itself */
	if (s->so_error || s->priv->udp.err_first)
		ev |= POLLERR |
		      (cold_get(s, COLD_SELECT_ERR_QUEUE, 0) ? POLLPRI : 0);
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

void dgram_notify(struct sock *s, unsigned what)
{
	if (what & IX_N_READ)
		watch_notify(s, POLLIN | POLLRDNORM);
	if (what & IX_N_ERR && tells(s)) {
		s->so_error = s->u.err;
		watch_notify(s, POLLERR);
	}
}
