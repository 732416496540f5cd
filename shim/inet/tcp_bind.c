// SPDX-License-Identifier: MIT
/*
 * tcp_bind.c - stream sockets: the port and the address
 */
#include <errno.h>

#include "shim/host/addr.h"
#include "shim/host/host.h"
#include "shim/inet/bound.h"
#include "shim/inet/tcp_bind.h"
#include "shim/inet/world.h"
#include "shim/option/priv.h"

#define PORT_TRIES 16

static int kernel_name(int fd, int family, struct endpoint *out)
{
	struct sockaddr_storage name;
	socklen_t n = sizeof(name);

	if (host.getsockname(fd, (struct sockaddr *)&name, &n) < 0)
		return -errno;
	return addr_parse((struct sockaddr *)&name, n, family, out);
}

/* A port that the kernel would choose. */
static int kernel_port(int family, uint16_t *port)
{
	int fd = host.socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), rc;
	struct endpoint ep = { .ip = addr_any(family) };
	struct sockaddr_storage name;
	socklen_t n = sizeof(name);

	if (fd < 0)
		return -errno;
	addr_show(&ep, family, (struct sockaddr *)&name, &n);
	rc = host.bind(fd, (struct sockaddr *)&name, n) < 0 ?
		     -errno :
		     kernel_name(fd, family, &ep);
	own_close(fd);
	*port = ep.port;
	return rc;
}

/*
 * Have the port of priv->local in the stack; where that is 0, one that the
 * kernel would choose and that is free in the stack as well.
 */
static int take_port(struct sock *s)
{
	int tries, rc;

	if (s->priv->local.port)
		return bound_add(s, false);
	for (tries = 0; tries < PORT_TRIES; tries++) {
		rc = kernel_port(s->family, &s->priv->local.port);
		if (rc == 0)
			rc = bound_add(s, true);
		if (rc != -EADDRINUSE)
			return rc;
	}
	return -EADDRINUSE;
}

/* IP_BIND_ADDRESS_NO_PORT leaves the choice to connect(). */
static bool port_later(const struct sock *s)
{
	return !s->priv->local.port &&
	       opt_get(&s->priv->opts, OPT_BIND_NO_PORT);
}

static int bind_own(int fd, struct sock *s, const struct endpoint *ep)
{
	struct endpoint was = s->priv->local;
	int rc;

	if (!sock_port_allowed(ep->port))
		return -EACCES;
	s->priv->local = *ep;
	rc = port_later(s) ? 0 : take_port(s);
	if (rc == 0)
		rc = sock_leave_kernel(fd, s);
	if (rc < 0) {
		bound_del(s);
		s->priv->local = was;
		return rc;
	}
	s->priv->bound = BOUND_OWN;
	return 0;
}

int stream_bind_kernel(int fd, const struct sock *s)
{
	struct sockaddr_storage name;
	socklen_t n = sizeof(name);

	addr_show(&s->priv->local, s->family, (struct sockaddr *)&name, &n);
	return host.bind(fd, (struct sockaddr *)&name, n) < 0 ? -errno : 0;
}

/* The kernel's side of a wildcard, whose port the stack has given. */
static int bind_kernel(int fd, struct sock *s, bool chosen)
{
	int rc = stream_bind_kernel(fd, s);

	if (rc == -EADDRINUSE && !chosen && ix_info()->no_kernel_listen)
		return sock_leave_kernel(fd, s);
	return rc;
}

/* The kernel's socket cannot be unbound: the stack's side is first. */
static int bind_any(int fd, struct sock *s, const struct endpoint *ep)
{
	struct endpoint was = s->priv->local;
	int tries = ep->port ? 1 : PORT_TRIES, rc;

	do {
		s->priv->local = *ep;
		rc = port_later(s) ? 0 : take_port(s);
		if (rc == 0) {
			rc = bind_kernel(fd, s, !ep->port);
			if (rc < 0)
				bound_del(s);
		}
		/* somebody else may have had a chosen one meanwhile */
	} while (rc == -EADDRINUSE && --tries > 0);
	if (rc < 0) {
		s->priv->local = was;
		return rc;
	}
	s->priv->bound = BOUND_ANY;
	return 0;
}

/* IP_BIND_ADDRESS_NO_PORT left it to connect(), which did not come. */
int stream_bind_port(int fd, struct sock *s)
{
	int rc = take_port(s);

	if (rc == 0 && s->world != WORLD_STACK)
		rc = bind_kernel(fd, s, true);
	if (rc < 0) {
		bound_del(s);
		s->priv->local.port = 0;
	}
	return rc;
}

int stream_bind(int fd, struct sock *s, const struct endpoint *ep,
		const struct sockaddr *addr, socklen_t len)
{
	int rc = 0;

	if (s->priv->local.port || s->state != SS_INIT)
		return -EINVAL;
	if (s->world ==
	    WORLD_STACK) /* its port is gone, see give_port_back() */
		rc = sock_to_fresh(fd, s);
	if (rc < 0)
		return rc;
	s->priv->port_given = ep->port != 0;
	if (addr_is_any(&ep->ip))
		return bind_any(fd, s, ep);
	if (sock_route(&ep->ip) == 1)
		return bind_own(fd, s, ep);
	if (host.bind(fd, addr, len) < 0)
		return -errno;
	sock_to_kernel(fd, s, WHY_LOCAL_ADDR);
	return 0;
}
