// SPDX-License-Identifier: MIT
/*
 * socket.c - the calls that make, name, connect and shut sockets
 */
#include <netinet/in.h>
#include <string.h>

#include "shim/process/boot.h"
#include "shim/front/calls.h"
#include "shim/host/host.h"
#include "shim/object/fd.h"
#include "shim/host/name.h"
#include "shim/front/numbers.h"
#include "shim/relay/relay.h"
#include "shim/inet/tcp.h"
#include "shim/inet/udp.h"

/* Could the stack ever serve such a socket? */
static bool may_be_ours(int domain, int type, int proto)
{
	if (domain != AF_INET && domain != AF_INET6)
		return false;
	if (type == SOCK_STREAM)
		return proto == 0 || proto == IPPROTO_TCP;
	return type == SOCK_DGRAM && (proto == 0 || proto == IPPROTO_UDP);
}

int call_socket(int domain, int type, int proto)
{
	int plain = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC), fd;
	struct sock *s;

	if (!may_be_ours(domain, plain, proto) ||
	    !boot(__builtin_return_address(0))) {
		fd = host.socket(domain, type, proto);
		number_made(fd);
		return fd;
	}
	fd = host.socket(domain, type, proto);
	if (fd < 0)
		return fd;
	s = sock_new(plain, domain);
	if (!s) {
		own_close(fd);
		return (int)ret_errno(-ENOBUFS);
	}
	s->nonblock = (type & SOCK_NONBLOCK) != 0;
	fd_install(fd, FD_SOCK, s);
	return fd;
}

/* The socket behind fd unless the kernel has it for good. */
static struct sock *tracked(int fd)
{
	struct sock *s = fd_sock_fast(fd);

	return s && s->world != SOCK_KERNEL ? s : NULL;
}

int call_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct sock *s = tracked(fd);
	struct sockaddr_storage name;
	struct endpoint ep;
	int rc;

	if (!s)
		return host.bind(fd, addr, len);
	rc = name_take(&name, addr, len);
	if (rc < 0)
		return (int)ret_errno(rc);
	addr = (struct sockaddr *)&name;
	rc = addr_parse_bind(addr, len, s->family, &ep);
	if (rc == 0 && s->v6only && addr_is_v4(&ep.ip))
		rc = -EINVAL;
	if (rc < 0)
		return s->world == SOCK_STACK ? (int)ret_errno(rc) :
						host.bind(fd, addr, len);
	rc = s->type == SOCK_STREAM ? tcp_bind(fd, s, &ep, addr, len) :
				      udp_bind(fd, s, &ep, addr, len);
	return (int)ret_errno(rc);
}

int call_listen(int fd, int backlog)
{
	struct sock *s = tracked(fd);

	if (!s || (s->type != SOCK_STREAM && s->world != SOCK_STACK))
		return host.listen(fd, backlog);
	if (s->type != SOCK_STREAM)
		return (int)ret_errno(-EOPNOTSUPP);
	return (int)ret_errno(tcp_listen(fd, s, backlog));
}

int call_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
	struct sock *s = tracked(fd);

	if (!s || s->world == SOCK_FRESH) {
		fd = host.accept4(fd, addr, len, flags);
		number_made(fd);
		return fd;
	}
	if (s->type != SOCK_STREAM)
		return (int)ret_errno(-EOPNOTSUPP);
	return (int)ret_errno(tcp_accept(fd, s, addr, len, flags));
}

int call_accept(int fd, struct sockaddr *addr, socklen_t *len)
{
	return call_accept4(fd, addr, len, 0);
}

static int disconnect(int fd, struct sock *s, const struct sockaddr *addr,
		      socklen_t len)
{
	if (s->type == SOCK_DGRAM)
		return (int)ret_errno(udp_disconnect(fd, s, addr, len));
	if (s->world == SOCK_FRESH)
		return host.connect(fd, addr, len);
	return (int)ret_errno(tcp_disconnect(fd, s, addr, len));
}

/* Can a socket of this name send there? The kernel's words when it cannot. */
static int reachable(const struct sock *s, const struct endpoint *to)
{
	const struct ix_addr *own = &s->priv->local.ip;

	if (addr_is_v4(&to->ip))
		return s->v6only ? -ENETUNREACH : 0;
	return addr_is_v4(own) && !addr_is_any(own) ? -EAFNOSUPPORT : 0;
}

int call_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct sock *s = tracked(fd);
	struct sockaddr_storage name;
	struct endpoint ep = { .port = 0 };
	bool stream;
	int rc;

	if (!s)
		return host.connect(fd, addr, len);
	rc = name_take(&name, addr, len);
	if (rc < 0)
		return (int)ret_errno(rc);
	addr = (struct sockaddr *)&name;
	stream = s->type == SOCK_STREAM;
	if (len >= sizeof(sa_family_t) && addr->sa_family == AF_UNSPEC)
		return disconnect(fd, s, addr, len);
	rc = stream ? addr_parse(addr, len, s->family, &ep) :
		      addr_parse_dgram(addr, len, s->family, &ep);
	if (rc == 0) {
		sock_here(s, &ep);
		rc = reachable(s, &ep);
	}
	if (s->state == SS_LISTEN)
		rc = -EISCONN;
	else if (stream)
		rc = tcp_connect(fd, s, &ep, rc, addr, len);
	else if (rc < 0 && s->world != SOCK_STACK)
		return host.connect(fd, addr, len);
	else if (rc == 0)
		rc = udp_connect(fd, s, &ep, addr, len);
	return (int)ret_errno(rc);
}

/* It fails; and whatever is connected by the socket later is shut. */
static int shutdown_fresh(int fd, struct sock *s, int how)
{
	int rc = host.shutdown(fd, how);

	if (rc < 0 && errno == ENOTCONN) {
		tcp_shut_fresh(s, how);
		errno = ENOTCONN;
	}
	return rc;
}

int call_shutdown(int fd, int how)
{
	struct sock *s = tracked(fd);

	if (!s)
		return host.shutdown(fd, how);
	if (s->world == SOCK_FRESH && s->type == SOCK_STREAM)
		return shutdown_fresh(fd, s, how);
	if (s->type == SOCK_STREAM)
		return (int)ret_errno(tcp_shutdown(fd, s, how));
	if (s->world != SOCK_STACK)
		host.shutdown(fd, how);
	return (int)ret_errno(udp_shutdown(fd, s, how));
}

/*
 * Names
 */

/* Which of 127.0.0.0/8 a connection has, the stack knows; locked. */
static void loopback_name(const struct sock *s, struct ix_addr *ip)
{
	struct ix_conn_info ci;

	if (ix_gate()->conn_info(s->o.et, s->o.handle, &ci) == 0)
		*ip = ci.lip;
}

/* Of a connection, or as bound. */
static struct endpoint local_name(int fd, struct sock *s)
{
	struct endpoint ep = s->priv->local;

	if (s->o.kind != IX_KIND_TCP)
		return ep;
	ep.port = s->c.lport;
	if (s->priv->bound == BOUND_OWN)
		return ep;
	ep.ip = *addr_local(ix_info(), s->c.lip, &s->priv->peer.ip);
	if (s->c.lip == IX_LIP_LOOPBACK && sock_lock(fd, s)) {
		loopback_name(s, &ep.ip);
		sock_unlock(s);
	}
	return ep;
}

static bool has_peer(int fd, struct sock *s)
{
	if (s->type == SOCK_DGRAM)
		return s->priv->has_peer && s->priv->peer.port;
	if (s->state == SS_CONNECTING && sock_lock(fd, s)) {
		sock_poll_once(s);
		sock_unlock(s);
	}
	return s->state == SS_CONNECTED;
}

int call_getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
	struct sock *s = tracked(fd);
	struct endpoint ep;

	if (!s || s->world != SOCK_STACK)
		return relay_name(host.getsockname, fd, addr, len);
	ep = local_name(fd, s);
	return (int)ret_errno(name_give(&ep, s->family, addr, len));
}

int call_getpeername(int fd, struct sockaddr *addr, socklen_t *len)
{
	struct sock *s = tracked(fd);

	if (!s || s->world != SOCK_STACK)
		return relay_name(host.getpeername, fd, addr, len);
	if (!has_peer(fd, s))
		return (int)ret_errno(-ENOTCONN);
	return (int)ret_errno(name_give(&s->priv->peer, s->family, addr, len));
}

int call_sockatmark(int fd)
{
	struct sock *s = tracked(fd);

	return s && s->world == SOCK_STACK ? 0 : host.sockatmark(fd);
}
