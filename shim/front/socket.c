// SPDX-License-Identifier: MIT
/*
 * socket.c - the calls that make, name, connect and shut sockets
 */
#include <errno.h>
#include <netinet/in.h>

#include "shim/front/calls.h"
#include "shim/front/numbers.h"
#include "shim/host/host.h"
#include "shim/host/name.h"
#include "shim/inet/getopt.h"
#include "shim/inet/setopt.h"
#include "shim/inet/world.h"
#include "shim/object/fd.h"
#include "shim/object/sock.h"
#include "shim/option/priv.h"
#include "shim/process/start.h"
#include "shim/relay/relay_name.h"

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

	return s && s->world != WORLD_KERNEL ? s : NULL;
}

int call_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct sock *s = tracked(fd);
	struct sockaddr_storage name;
	int rc;

	if (!s)
		return host.bind(fd, addr, len);
	rc = name_take(&name, addr, len);
	if (rc == 0)
		rc = sock_ops_of(s)->bind(fd, s, (struct sockaddr *)&name, len);
	return (int)ret_errno(rc);
}

int call_listen(int fd, int backlog)
{
	struct sock *s = tracked(fd);

	if (!s)
		return host.listen(fd, backlog);
	return (int)ret_errno(sock_ops_of(s)->listen(fd, s, backlog));
}

int call_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
	struct sock *s = tracked(fd);

	if (!s || s->world == WORLD_FRESH) {
		fd = host.accept4(fd, addr, len, flags);
		number_made(fd);
		return fd;
	}
	return (int)ret_errno(sock_ops_of(s)->accept(fd, s, addr, len, flags));
}

int call_accept(int fd, struct sockaddr *addr, socklen_t *len)
{
	return call_accept4(fd, addr, len, 0);
}

int call_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct sock *s = tracked(fd);
	struct sockaddr_storage name;
	int rc;

	if (!s)
		return host.connect(fd, addr, len);
	rc = name_take(&name, addr, len);
	if (rc < 0)
		return (int)ret_errno(rc);
	addr = (struct sockaddr *)&name;
	if (len >= sizeof(sa_family_t) && addr->sa_family == AF_UNSPEC)
		rc = sock_ops_of(s)->disconnect(fd, s, addr, len);
	else
		rc = sock_ops_of(s)->connect(fd, s, addr, len);
	return (int)ret_errno(rc);
}

int call_shutdown(int fd, int how)
{
	struct sock *s = tracked(fd);

	if (!s)
		return host.shutdown(fd, how);
	return (int)ret_errno(sock_ops_of(s)->shutdown(fd, s, how));
}

/*
 * Names
 */
int call_getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
	struct sock *s = tracked(fd);
	struct endpoint ep;

	if (!s || s->world != WORLD_STACK)
		return (int)ret_errno(
			relay_name(host.getsockname, fd, addr, len));
	ep = sock_local_name(fd, s);
	return (int)ret_errno(name_give(&ep, s->family, addr, len));
}

int call_getpeername(int fd, struct sockaddr *addr, socklen_t *len)
{
	struct sock *s = tracked(fd);

	if (!s || s->world != WORLD_STACK)
		return (int)ret_errno(
			relay_name(host.getpeername, fd, addr, len));
	if (!sock_has_peer(fd, s))
		return (int)ret_errno(-ENOTCONN);
	return (int)ret_errno(name_give(&s->priv->peer, s->family, addr, len));
}

/*
 * Options
 */
int call_setsockopt(int fd, int level, int name, const void *val, socklen_t len)
{
	struct sock *s = tracked(fd);

	if (!s)
		return host.setsockopt(fd, level, name, val, len);
	return (int)ret_errno(inet_setopt(fd, s, level, name, val, len));
}

int call_getsockopt(int fd, int level, int name, void *val, socklen_t *len)
{
	struct sock *s = tracked(fd);

	if (!s)
		return host.getsockopt(fd, level, name, val, len);
	return (int)ret_errno(inet_getopt(fd, s, level, name, val, len));
}
