// SPDX-License-Identifier: MIT
/*
 * world.c - which world a socket is in, and which a destination
 */
#include <errno.h>
#include <fcntl.h>

#include "shim/host/addr.h"
#include "shim/host/host.h"
#include "shim/inet/bound.h"
#include "shim/inet/world.h"
#include "shim/object/fd.h"
#include "shim/object/sock.h"
#include "shim/option/priv.h"
#include "shim/wait/epoll_half.h"

#define FIRST_FREE_PORT 1024 /* below: who binds needs a privilege */

int sock_route(const struct ix_addr *ip)
{
	if (addr_is_any(ip))
		return 0;
	/* ::1 is the kernel's for as long as IPv6 is */
	if (addr_is_loopback(ip) && !(ix_info()->loopback && addr_is_v4(ip)))
		return 0;
	return ix_gate()->route(ip);
}

/*
 * Capabilities and settings are the kernel's to judge, which it does before it
 * looks who has the port: on an address that nobody is likely to use.
 */
bool sock_port_allowed(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(port),
				 .sin_addr.s_addr = htonl(0x7ffffffe) };
	bool allowed;
	int fd;

	if (!port || port >= FIRST_FREE_PORT)
		return true;
	fd = host.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	allowed = host.bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 ||
		  errno != EACCES;
	own_close(fd);
	return allowed;
}

void sock_here(const struct sock *s, struct endpoint *to)
{
	const struct ix_addr *own = &s->priv->local.ip;
	bool v4 = addr_is_v4(own);

	if (!addr_is_any(&to->ip))
		return;
	if (addr_is_v4(&to->ip) && v4 && !addr_is_any(own))
		to->ip = *own;
	else
		to->ip = addr_loopback(v4 || addr_is_v4(&to->ip));
}

/* The descriptor fd of s becomes one of kfd's description. */
static int become(int fd, int kfd)
{
	int flags = host.fcntl(fd, F_GETFD, NULL);

	if (flags < 0 ||
	    host.dup3(kfd, fd, flags & FD_CLOEXEC ? O_CLOEXEC : 0) < 0)
		return -errno;
	return 0;
}

static int all_become(int fd, struct sock *s, int kfd)
{
	uint64_t e;
	uint32_t i;
	int rc;

	epoll_leave_kernel(s);
	fdtab_lock();
	e = fd_entry(fd);
	rc = entry_obj(e, FD_SOCK) == s ? become(fd, kfd) : -EBADF;
	if (rc == 0 && __atomic_load_n(&s->refs, __ATOMIC_RELAXED) > 1)
		for (i = 0; i < fd_self.tab->high; i++)
			if (fd_self.ent[i] == e && (int)i != fd)
				become((int)i, kfd);
	fdtab_unlock();
	return rc;
}

int sock_to_stack(int fd, struct sock *s)
{
	int rc = all_become(fd, s, sock_placeholder(s));

	if (rc == 0)
		s->world = WORLD_STACK;
	return rc;
}

int sock_leave_kernel(int fd, struct sock *s)
{
	int rc;

	sock_lock_own(s);
	rc = sock_to_stack(fd, s);
	sock_unlock(s);
	return rc;
}

int sock_to_fresh(int fd, struct sock *s)
{
	int type = s->type | SOCK_CLOEXEC | (s->nonblock ? SOCK_NONBLOCK : 0);
	int kfd = host.socket(s->family, type, 0), rc;

	if (kfd < 0)
		return -errno;
	opts_copy(s, kfd);
	sock_lock_own(s);
	epoll_leave_kernel(s);
	rc = all_become(fd, s, kfd);
	if (rc == 0)
		s->world = WORLD_FRESH;
	epoll_follow(s);
	sock_unlock(s);
	own_close(kfd);
	return rc;
}

void sock_to_kernel(int fd, struct sock *s, enum why why)
{
	bound_del(s);
	sock_lock_own(s);
	s->world = WORLD_KERNEL;
	s->reason = (uint8_t)why;
	epoll_follow(s);
	sock_unlock(s);
	if (!s->watches && __atomic_load_n(&s->refs, __ATOMIC_RELAXED) == 1)
		fd_set_reason(fd, (uint8_t)why);
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
struct endpoint sock_local_name(int fd, struct sock *s)
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

bool sock_has_peer(int fd, struct sock *s)
{
	if (s->type == SOCK_DGRAM)
		return s->priv->has_peer && s->priv->peer.port;
	if (s->state == SS_CONNECTING && sock_lock(fd, s)) {
		sock_poll_once(s);
		sock_unlock(s);
	}
	return s->state == SS_CONNECTED;
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
	return v4 && info->loopback;
}

/* Could a peer of the stack ever reach a wildcard of this socket? */
bool sock_reachable(const struct sock *s)
{
	if (s->family == AF_INET6 && has_addr(false))
		return true;
	return !s->v6only && has_addr(true);
}

bool sock_reach(const struct sock *s, const struct ix_addr *ip)
{
	enum ix_scope of = opts_scope(s);

	return of == IX_SCOPE_ANY ||
	       (of == IX_SCOPE_HOST && sock_route(ip) == 1);
}
