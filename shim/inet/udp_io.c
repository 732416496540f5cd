// SPDX-License-Identifier: MIT
/*
 * udp_io.c - receiving and sending of datagrams, from and to both worlds
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <string.h>

#include "shim/host/addr.h"
#include "shim/host/host.h"
#include "shim/host/until.h"
#include "shim/inet/udp.h"
#include "shim/inet/udp_cmsg.h"
#include "shim/inet/udp_err.h"
#include "shim/inet/udp_io.h"
#include "shim/inet/udp_queue.h"
#include "shim/inet/world.h"
#include "shim/object/fd.h"
#include "shim/object/hold.h"
#include "shim/object/round.h"
#include "shim/object/sock.h"
#include "shim/option/cold.h"
#include "shim/option/priv.h"
#include "shim/wait/sock_wait.h"

#define KERNEL_TURN 16 /* one receive in so many asks the kernel first */
#define SEND_TRIES 64  /* when the device takes no more */
#define UDP_LEN_MAX 65535

static ssize_t recv_locked(struct sock *s, struct msghdr *m, int flags)
{
	struct endpoint peer;
	struct udp_got got;
	ssize_t n;

	if (s->so_error)
		return -sock_take_error(s);
	if (s->o.kind != IX_KIND_UDP || !dgram_skip_foreign(s))
		return -EAGAIN;
	n = dgram_take(s, m->msg_iov, (int)m->msg_iovlen, flags, &got);
	if (n < 0)
		return n;
	m->msg_flags = got.cut ? MSG_TRUNC : 0;
	peer.ip = got.from.rip;
	peer.port = got.from.rport;
	addr_show(&peer, s->family, m->msg_name, &m->msg_namelen);
	udp_cmsg_recv(s, m, &got.from, got.piece);
	s->priv->udp.last_ns = got.from.at_ns;
	return n;
}

/* Nothing is there, and the caller will not wait. */
static bool look_again(struct sock *s, int flags)
{
	if (s->shut & 1) /* it may never ask again */
		return !round_active() && ix_drive(s->o.et, IX_DRIVE_POLL) > 0;
	return (s->nonblock || flags & MSG_DONTWAIT) && sock_poll_once(s);
}

static ssize_t recv_stack(int fd, struct sock *s, struct msghdr *m, int flags)
{
	ssize_t n;

	if (!sock_lock(fd, s))
		return -EBADF;
	n = recv_locked(s, m, flags);
	if (n == -EAGAIN && look_again(s, flags))
		n = recv_locked(s, m, flags);
	sock_unlock(s);
	return n;
}

static ssize_t recv_kernel(int fd, struct sock *s, struct msghdr *m, int flags)
{
	ssize_t n;

	if (s->world != WORLD_BOTH || fd < 0)
		return -EAGAIN;
	n = host.recvmsg(fd, m, flags | MSG_DONTWAIT);
	if (n >= 0)
		s->priv->udp.last_ns = 0; /* the kernel knows when it came */
	return n < 0 ? -errno : n;
}

static ssize_t recv_error(int fd, struct sock *s, struct msghdr *m, int flags)
{
	ssize_t n;

	if (!sock_lock(fd, s))
		return -EBADF;
	sock_poll_once(s);
	n = udp_err_recv(s, m);
	sock_unlock(s);
	return n == -EAGAIN ? recv_kernel(fd, s, m, flags) : n;
}

/* After SHUT_RD nobody waits, and what is there or comes is read. */
static ssize_t nothing(struct msghdr *m)
{
	m->msg_namelen = 0;
	m->msg_controllen = 0;
	m->msg_flags = 0;
	return 0;
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

/* With SO_PEEK_OFF all that there is, `seen` bytes, may have been looked at. */
static int wait_more(struct sock_hold *hold, struct sock *s, int flags,
		     size_t seen, int64_t left)
{
	if (flags & MSG_PEEK && s->priv->udp.peek_off >= 0 &&
	    s->world == WORLD_STACK)
		return sock_wait_bytes(hold, seen, left);
	return sock_wait_held(hold, POLLIN, left, s->world == WORLD_BOTH);
}

static ssize_t recv_wait(int fd, struct sock *s, struct msghdr *m, int flags)
{
	struct until end = until_ns(s->rcvtimeo_ns);
	struct sock_hold hold;
	size_t seen = 0;
	ssize_t n;

	if (!sock_hold(&hold, fd, s))
		return -EBADF;
	do {
		n = wait_more(&hold, s, flags, seen, until_left(&end));
		if (n < 0)
			break;
		seen = s->o.rx_bytes;
		n = recv_any(sock_held_fd(&hold), sock_held_kernel_fd(&hold), s,
			     m, flags);
		if (n == -EAGAIN && s->shut & 1)
			n = nothing(m);
	} while (n == -EAGAIN);
	sock_let_go(&hold);
	return n;
}

ssize_t dgram_recvmsg(int fd, struct sock *s, struct msghdr *m, int flags)
{
	ssize_t n;

	cancel_point();
	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (flags & MSG_ERRQUEUE)
		return recv_error(fd, s, m, flags);
	n = recv_any(fd, fd, s, m, flags);
	if (n != -EAGAIN || s->nonblock || flags & MSG_DONTWAIT)
		return n;
	return s->shut & 1 ? nothing(m) : recv_wait(fd, s, m, flags);
}

/*
 * Send
 */
static unsigned mtu_flags(const struct sock *s)
{
	switch (opt_get(&s->priv->opts, OPT_MTU_DISCOVER)) {
	case IP_PMTUDISC_DO:
		return IX_UDP_DONTFRAG;
	case IP_PMTUDISC_PROBE:
		return IX_UDP_DONTFRAG | IX_UDP_DEV_MTU;
	case IP_PMTUDISC_INTERFACE:
		return IX_UDP_WHOLE | IX_UDP_DEV_MTU;
	case IP_PMTUDISC_OMIT:
		return IX_UDP_DEV_MTU;
	default:
		return 0;
	}
}

/* How the datagram is sent: as the socket has it, and as m says. */
static int how_sent(const struct sock *s, const struct msghdr *m,
		    const struct endpoint *ep, int flags, struct ix_udp_to *to)
{
	const struct udp_opts *o = &s->priv->udp;
	int rc;

	*to = (struct ix_udp_to){ .ip = ep->ip,
				  .port = ep->port,
				  .flags = (uint16_t)mtu_flags(s),
				  .cut = o->segment };
	if (udp_on(o, UDP_ON_NO_CHECK))
		to->flags |= IX_UDP_NO_CKSUM;
	if (flags & MSG_MORE || udp_on(o, UDP_ON_CORK))
		to->flags |= IX_UDP_MORE;
	rc = m->msg_controllen ? udp_cmsg_send(s, m, to) : 0;
	if (!to->laddr && s->priv->bound == BOUND_OWN)
		to->laddr =
			(uint16_t)(addr_own(ix_info(), &s->priv->local.ip) + 1);
	return rc;
}

/* Locked. What the last datagram was too long for. */
static uint32_t path_mtu(const struct sock *s)
{
	struct ix_conn_info ci;

	return ix_gate()->conn_info(s->o.et, s->o.handle, &ci) < 0 ? 0 : ci.mss;
}

static ssize_t send_locked(struct sock *s, const struct msghdr *m,
			   const struct ix_udp_to *to, int flags)
{
	struct udp_opts *o = &s->priv->udp;
	struct endpoint ep = { .ip = to->ip, .port = to->port };
	ssize_t n;

	sock_settle(s->o.et);
	if (s->so_error)
		return -sock_take_error(s);
	if (s->shut & 2)
		return -EPIPE;
	n = ix_udp_send(&s->u, to, m->msg_iov, (int)m->msg_iovlen);
	o->corked = n >= 0 && to->flags & IX_UDP_MORE ? CORKED_STACK :
							CORKED_NOT;
	if (n == -EMSGSIZE)
		udp_err_local(s, EMSGSIZE, &ep, path_mtu(s));
	if (n >= 0 && flags & MSG_ZEROCOPY && udp_on(o, UDP_ON_ZEROCOPY))
		udp_err_zerocopy(s);
	return n;
}

static ssize_t send_stack(int fd, struct sock *s, const struct msghdr *m,
			  const struct ix_udp_to *to, int flags)
{
	ssize_t n = -ENOBUFS;
	int tries;

	for (tries = 0; tries < SEND_TRIES; tries++) {
		if (!sock_lock(fd, s))
			return -EBADF;
		n = send_locked(s, m, to, flags);
		if (!round_active())
			sock_settle(s->o.et);
		sock_unlock(s);
		if (n != -EAGAIN && n != -ENOBUFS)
			return n;
		if (s->nonblock || flags & MSG_DONTWAIT)
			return -EAGAIN;
		sched_yield();
	}
	return n;
}

static ssize_t send_kernel(int fd, struct sock *s, const struct msghdr *m,
			   int flags)
{
	struct udp_opts *o = &s->priv->udp;
	ssize_t n = host.sendmsg(fd, m, flags);
	bool more = flags & MSG_MORE || udp_on(o, UDP_ON_CORK);

	if (n < 0)
		n = -errno;
	o->corked = n >= 0 && more ? CORKED_KERNEL : CORKED_NOT;
	return n;
}

/* From a socket of the kernel that has the same name for as long as it takes. */
static ssize_t send_as_kernel(const struct sock *s, const struct msghdr *m,
			      const struct endpoint *to, int flags)
{
	struct sockaddr_storage own, name;
	socklen_t own_len = sizeof(own), name_len = sizeof(name);
	struct msghdr as = *m;
	int kfd = cold_model(s);
	ssize_t n = -1;

	if (kfd < 0)
		return kfd;
	addr_show(&s->priv->local, s->family, (struct sockaddr *)&own,
		  &own_len);
	addr_show(to, s->family, (struct sockaddr *)&name, &name_len);
	as.msg_name = &name;
	as.msg_namelen = name_len;
	opts_copy(s, kfd);
	if (host.bind(kfd, (struct sockaddr *)&own, own_len) == 0)
		n = host.sendmsg(kfd, &as, flags);
	n = n < 0 ? -errno : n;
	own_close(kfd);
	return n;
}

/* Behind what is kept, wherever that goes: no name and no control message
 * counts. */
static ssize_t send_more(int fd, struct sock *s, const struct msghdr *m,
			 int flags)
{
	struct ix_udp_to to = { .port = 1 };

	if (s->priv->udp.corked == CORKED_KERNEL)
		return send_kernel(fd, s, m, flags);
	if (flags & MSG_MORE || udp_on(&s->priv->udp, UDP_ON_CORK))
		to.flags = IX_UDP_MORE;
	return send_stack(fd, s, m, &to, flags);
}

void dgram_uncork(struct sock *s)
{
	const struct ix_udp_to to = { .port = 1 };

	if (s->priv->udp.corked == CORKED_STACK)
		ix_udp_send(&s->u, &to, NULL, 0);
	s->priv->udp.corked = CORKED_NOT;
}

static int send_check(const struct sock *s, const struct endpoint *to)
{
	if (!to->port)
		return -EINVAL;
	if (!addr_is_v4(&to->ip) && addr_is_v4(&s->priv->local.ip))
		return -EAFNOSUPPORT;
	if (s->v6only && addr_is_v4(&to->ip))
		return -ENETUNREACH;
	return dgram_may_send(s, &to->ip);
}

ssize_t dgram_sendmsg(int fd, struct sock *s, const struct msghdr *m, int flags)
{
	struct endpoint to = s->priv->peer;
	struct ix_udp_to how;
	int rc = 0;

	cancel_point();
	if (iov_bytes(m->msg_iov, (int)m->msg_iovlen) > UDP_LEN_MAX)
		return -EMSGSIZE;
	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (s->priv->udp.corked != CORKED_NOT)
		return send_more(fd, s, m, flags);
	if (m->msg_name)
		rc = addr_parse_to(m->msg_name, m->msg_namelen, s->family, &to);
	else if (!s->priv->has_peer)
		rc = -EDESTADDRREQ;
	/* a socket of IPv6 takes a name without a family for none */
	if (rc == -EDESTADDRREQ && s->priv->has_peer)
		rc = 0;
	if (rc == 0)
		sock_here(s, &to);
	if (s->world != WORLD_STACK &&
	    (rc < 0 || sock_route(&to.ip) == 0 || !sock_reach(s, &to.ip)))
		return send_kernel(fd, s, m, flags);
	if (rc == 0)
		rc = send_check(s, &to);
	if (rc == 0 && dgram_by_kernel(s, &to.ip))
		return send_as_kernel(s, m, &to, flags);
	if (rc == 0)
		rc = how_sent(s, m, &to, flags, &how);
	if (rc == 0 && !dgram_served(s, &to.ip))
		rc = -ENETUNREACH;
	if (rc == 0 && s->world == WORLD_FRESH)
		rc = dgram_both(fd, s);
	if (rc == 0 && s->o.kind != IX_KIND_UDP)
		rc = dgram_reopen(s);
	if (rc < 0)
		return rc;
	return send_stack(fd, s, m, &how, flags);
}
