// SPDX-License-Identifier: MIT
/*
 * udp_io.c - receiving and sending of datagrams, from and to both worlds
 */
#include <poll.h>
#include <sched.h>
#include <string.h>

#include "shim/calls.h"
#include "shim/fd.h"
#include "shim/hold.h"
#include "shim/udp.h"
#include "shim/until.h"

#define KERNEL_TURN 16 /* one receive in so many asks the kernel first */
#define SEND_TRIES 64  /* when the device takes no more */

/*
 * Receive
 */
static bool from_peer(const struct sock *s, const struct ix_rx *from)
{
	return !s->priv->has_peer ||
	       (from->rport == s->priv->peer.port &&
		addr_equal(&from->rip, &s->priv->peer.ip));
}

/* May this socket have datagrams of the sender's family? */
static bool in_family(const struct sock *s, const struct ix_rx *from)
{
	return addr_is_v4(&from->rip) ? !s->v6only : s->family == AF_INET6;
}

/* Locked: drop what is not for us, as another peer's. */
static bool skip_foreign(struct sock *s)
{
	struct ix_rx from;
	size_t full;

	while (s->u.rx_count) {
		if (from_peer(s, s->u.rx_head) && in_family(s, s->u.rx_head))
			return true;
		ix_udp_recv(&s->u, NULL, 0, false, &full, &from);
	}
	return false;
}

static ssize_t recv_locked(struct sock *s, struct msghdr *m, int flags)
{
	struct endpoint peer;
	struct ix_rx from;
	size_t full;
	ssize_t n;

	if (s->so_error)
		return -sock_take_error(s);
	if (s->o.kind != IX_KIND_UDP || !skip_foreign(s))
		return s->shut & 1 ? 0 : -EAGAIN;
	n = ix_udp_recv(&s->u, m->msg_iov, (int)m->msg_iovlen, flags & MSG_PEEK,
			&full, &from);
	if (n < 0)
		return n;
	m->msg_flags = 0;
	if ((size_t)n < full)
		m->msg_flags |= MSG_TRUNC;
	peer.ip = from.rip;
	peer.port = from.rport;
	addr_show(&peer, s->family, m->msg_name, &m->msg_namelen);
	cmsg_report(s, m, &from);
	return flags & MSG_TRUNC ? (ssize_t)full : n;
}

static ssize_t recv_stack(int fd, struct sock *s, struct msghdr *m, int flags)
{
	ssize_t n;

	if (!sock_lock(fd, s))
		return -EBADF;
	n = recv_locked(s, m, flags);
	if (n == -EAGAIN && (s->nonblock || flags & MSG_DONTWAIT) &&
	    sock_poll_once(s))
		n = recv_locked(s, m, flags);
	sock_unlock(s);
	return n;
}

static ssize_t recv_kernel(int fd, struct sock *s, struct msghdr *m, int flags)
{
	ssize_t n;

	if (s->world != SOCK_BOTH || fd < 0)
		return -EAGAIN;
	n = real_recvmsg(fd, m, flags | MSG_DONTWAIT);
	return n < 0 ? -errno : n;
}

/* kfd: the kernel's half, which may be closed already. */
static ssize_t recv_any(int fd, int kfd, struct sock *s, struct msghdr *m,
			int flags)
{
	ssize_t n;

	if (++s->priv->turn % KERNEL_TURN == 0) {
		n = recv_kernel(kfd, s, m, flags);
		return n == -EAGAIN ? recv_stack(fd, s, m, flags) : n;
	}
	n = recv_stack(fd, s, m, flags);
	return n == -EAGAIN ? recv_kernel(kfd, s, m, flags) : n;
}

static ssize_t recv_wait(int fd, struct sock *s, struct msghdr *m, int flags)
{
	struct until end = until_ns(s->rcvtimeo_ns);
	struct sock_hold hold;
	ssize_t n;

	if (!sock_hold(&hold, fd, s))
		return -EBADF;
	do {
		n = sock_wait_held(&hold, POLLIN, until_left(&end),
				   s->world == SOCK_BOTH);
		if (n < 0)
			break;
		n = recv_any(sock_held_fd(&hold), sock_held_kernel_fd(&hold), s,
			     m, flags);
	} while (n == -EAGAIN);
	sock_let_go(&hold);
	return n;
}

ssize_t udp_recvmsg(int fd, struct sock *s, struct msghdr *m, int flags)
{
	ssize_t n;

	cancel_point();
	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (flags & MSG_ERRQUEUE)
		return s->world == SOCK_BOTH ? recv_kernel(fd, s, m, flags) :
					       -EAGAIN;
	n = recv_any(fd, fd, s, m, flags);
	if (n != -EAGAIN || s->nonblock || flags & MSG_DONTWAIT)
		return n;
	return recv_wait(fd, s, m, flags);
}

/*
 * Send
 */
static ssize_t send_stack(int fd, struct sock *s, const struct msghdr *m,
			  const struct endpoint *to, int flags)
{
	unsigned dont_frag = opt_get(&s->priv->opts, OPT_MTU_DISCOVER) ==
					     IP_PMTUDISC_DO ?
				     IX_UDP_DONTFRAG :
				     0;
	int own = cmsg_source(m), tries;
	ssize_t n = -ENOBUFS;

	if (own < 0)
		return own;
	if (!own && s->priv->bound == BOUND_OWN)
		own = addr_own(ix_info(), &s->priv->local.ip) + 1;
	for (tries = 0; tries < SEND_TRIES; tries++) {
		if (!sock_lock(fd, s))
			return -EBADF;
		n = s->so_error ? -sock_take_error(s) :
				  ix_udp_send(&s->u, &to->ip, to->port,
					      (unsigned)own, m->msg_iov,
					      (int)m->msg_iovlen, dont_frag);
		sock_unlock(s);
		if (n != -EAGAIN && n != -ENOBUFS)
			return n;
		if (s->nonblock || flags & MSG_DONTWAIT)
			return -EAGAIN;
		sched_yield();
	}
	return n;
}

static ssize_t send_kernel(int fd, const struct msghdr *m, int flags)
{
	ssize_t n = real_sendmsg(fd, m, flags);

	return n < 0 ? -errno : n;
}

static int send_check(const struct sock *s, const struct endpoint *to)
{
	if (s->shut & 2)
		return -EPIPE;
	if (!to->port)
		return -EINVAL;
	if (!addr_is_v4(&to->ip) && addr_is_v4(&s->priv->local.ip))
		return -EAFNOSUPPORT;
	return udp_may_send(s, &to->ip);
}

ssize_t udp_sendmsg(int fd, struct sock *s, const struct msghdr *m, int flags)
{
	struct endpoint to = s->priv->peer;
	int rc = 0;

	cancel_point();
	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (m->msg_name)
		rc = addr_parse_to(m->msg_name, m->msg_namelen, s->family, &to);
	else if (!s->priv->has_peer)
		rc = -EDESTADDRREQ;
	/* a socket of IPv6 takes a name without a family for none */
	if (rc == -EDESTADDRREQ && s->priv->has_peer)
		rc = 0;
	if (rc == 0)
		sock_here(s, &to);
	if (s->world != SOCK_STACK && (rc < 0 || sock_route(&to.ip) == 0))
		return send_kernel(fd, m, flags);
	if (rc == 0)
		rc = send_check(s, &to);
	if (rc == 0 && !udp_served(s, &to.ip))
		rc = -ENETUNREACH;
	if (rc == 0 && s->world == SOCK_FRESH)
		rc = udp_both(fd, s);
	if (rc < 0)
		return rc;
	if (addr_own(ix_info(), &to.ip) >= 0)
		sock_poll_soon();
	return send_stack(fd, s, m, &to, flags);
}
