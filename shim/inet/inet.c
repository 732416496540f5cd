// SPDX-License-Identifier: MIT
/*
 * inet.c - the two types of sockets: what each does
 */
#include <errno.h>
#include <netinet/in.h>

#include "shim/host/addr.h"
#include "shim/host/cmsg.h"
#include "shim/host/host.h"
#include "shim/host/until.h"
#include "shim/inet/bound.h"
#include "shim/inet/inet.h"
#include "shim/inet/tcp.h"
#include "shim/inet/tcp_bind.h"
#include "shim/inet/tcp_end.h"
#include "shim/inet/tcp_extra.h"
#include "shim/inet/tcp_io.h"
#include "shim/inet/tcp_listen.h"
#include "shim/inet/udp.h"
#include "shim/inet/udp_err.h"
#include "shim/inet/udp_io.h"
#include "shim/inet/world.h"
#include "shim/object/root.h"
#include "shim/object/sock.h"
#include "shim/option/cold.h"
#include "shim/option/filter.h"
#include "shim/option/priv.h"
#include "shim/wait/epoll_item.h"

/*
 * Life
 */
static void init(struct sock *s)
{
	s->priv->local.ip = addr_any(s->family);
	opts_init(&s->priv->opts);
	udp_opts_init(&s->priv->udp);
}

static void drop(struct sock *s)
{
	cold_drop(s);
	filter_drop(s);
}

static uint16_t close_stream(struct sock *s)
{
	uint16_t port = bound_unlist(s);

	watch_closed(s);
	switch (s->o.kind) {
	case IX_KIND_TCP:
		stream_close(s);
		break;
	case IX_KIND_LISTENER:
		stream_unlisten(s);
		sock_free(s);
		break;
	default:
		sock_free(s);
		break;
	}
	return port;
}

static uint16_t close_dgram(struct sock *s)
{
	watch_closed(s);
	udp_err_purge(s);
	if (s->o.kind == IX_KIND_UDP)
		ix_udp_close(&s->u);
	else
		sock_free(s);
	return 0;
}

/*
 * Names
 */

/* The kernel knows what is wrong with a name, where it has the socket. */
static int bind_name(int fd, const struct sock *s, const struct sockaddr *addr,
		     socklen_t len, struct endpoint *ep)
{
	int rc = addr_parse_bind(addr, len, s->family, ep);

	if (rc == 0 && s->v6only && addr_is_v4(&ep->ip))
		rc = -EINVAL;
	if (rc == 0)
		return 1;
	if (s->world != WORLD_STACK)
		rc = host.bind(fd, addr, len) < 0 ? -errno : 0;
	return rc;
}

static int bind_stream(int fd, struct sock *s, const struct sockaddr *addr,
		       socklen_t len)
{
	struct endpoint ep;
	int rc = bind_name(fd, s, addr, len, &ep);

	return rc > 0 ? stream_bind(fd, s, &ep, addr, len) : rc;
}

static int bind_dgram(int fd, struct sock *s, const struct sockaddr *addr,
		      socklen_t len)
{
	struct endpoint ep;
	int rc = bind_name(fd, s, addr, len, &ep);

	return rc > 0 ? dgram_bind(fd, s, &ep, addr, len) : rc;
}

/* Can a socket of this name send there? The kernel's words when it cannot. */
static int reachable(const struct sock *s, const struct endpoint *to)
{
	const struct ix_addr *own = &s->priv->local.ip;

	if (addr_is_v4(&to->ip))
		return s->v6only ? -ENETUNREACH : 0;
	return addr_is_v4(own) && !addr_is_any(own) ? -EAFNOSUPPORT : 0;
}

static int connect_stream(int fd, struct sock *s, const struct sockaddr *addr,
			  socklen_t len)
{
	struct endpoint ep = { .port = 0 };
	int bad = addr_parse(addr, len, s->family, &ep);

	if (bad == 0) {
		sock_here(s, &ep);
		bad = reachable(s, &ep);
	}
	if (s->state == SS_LISTEN)
		return -EISCONN;
	return stream_connect(fd, s, &ep, bad, addr, len);
}

static int connect_dgram(int fd, struct sock *s, const struct sockaddr *addr,
			 socklen_t len)
{
	struct endpoint ep = { .port = 0 };
	int rc = addr_parse_dgram(addr, len, s->family, &ep);

	if (rc == 0) {
		sock_here(s, &ep);
		rc = reachable(s, &ep);
	}
	if (rc < 0 && s->world != WORLD_STACK)
		return host.connect(fd, addr, len) < 0 ? -errno : 0;
	return rc < 0 ? rc : dgram_connect(fd, s, &ep, addr, len);
}

static int disconnect_stream(int fd, struct sock *s,
			     const struct sockaddr *addr, socklen_t len)
{
	if (s->world == WORLD_FRESH)
		return host.connect(fd, addr, len) < 0 ? -errno : 0;
	return stream_disconnect(fd, s, addr, len);
}

/*
 * Calls of streams that datagrams do not have, and the other way round
 */
static int listen_dgram(int fd, struct sock *s, int backlog)
{
	if (s->world == WORLD_STACK)
		return -EOPNOTSUPP;
	return host.listen(fd, backlog) < 0 ? -errno : 0;
}

static int accept_dgram(int fd, struct sock *s, struct sockaddr *addr,
			socklen_t *len, int flags)
{
	(void)fd;
	(void)s;
	(void)addr;
	(void)len;
	(void)flags;
	return -EOPNOTSUPP;
}

/* It fails; and whatever is connected by the socket later is shut. */
static int shutdown_fresh(int fd, struct sock *s, int how)
{
	int rc = host.shutdown(fd, how) < 0 ? -errno : 0;

	if (rc == -ENOTCONN)
		stream_shut_fresh(s, how);
	return rc;
}

static int shutdown_stream(int fd, struct sock *s, int how)
{
	return s->world == WORLD_FRESH ? shutdown_fresh(fd, s, how) :
					 stream_shutdown(fd, s, how);
}

static int shutdown_dgram(int fd, struct sock *s, int how)
{
	if (s->world != WORLD_STACK)
		host.shutdown(fd, how);
	return dgram_shutdown(fd, s, how);
}

/* Of a receive of the urgent byte: was it taken, and was there room for it? */
static int oob_flags(const struct msghdr *m, ssize_t n)
{
	if (n > 0)
		return MSG_OOB;
	return n == 0 && !iov_bytes(m->msg_iov, (int)m->msg_iovlen) ?
		       MSG_OOB | MSG_TRUNC :
		       0;
}

/* A stream tells no source, and that its length is 0. */
static ssize_t recvmsg_stream(int fd, struct sock *s, struct msghdr *m,
			      int flags)
{
	ssize_t n;

	if (__builtin_expect(flags & MSG_ERRQUEUE, 0))
		return stream_recv_error(fd, s, m);
	n = stream_recv(fd, s, m->msg_iov, (int)m->msg_iovlen, flags);
	m->msg_namelen = 0;
	m->msg_flags = 0;
	if (__builtin_expect(flags & MSG_OOB, 0))
		m->msg_flags = oob_flags(m, n);
	stream_report(s, m);
	return n;
}

static ssize_t sendmsg_stream(int fd, struct sock *s, const struct msghdr *m,
			      int flags)
{
	int rc = 0;

	if (__builtin_expect(m->msg_controllen != 0, 0))
		rc = cmsg_check_stream(m);
	return rc < 0 ? rc :
			stream_send(fd, s, m->msg_iov, (int)m->msg_iovlen,
				    flags);
}

static ssize_t recv_dgram(int fd, struct sock *s, const struct iovec *iov,
			  int cnt, int flags)
{
	struct msghdr m = { .msg_iov = (struct iovec *)iov,
			    .msg_iovlen = (size_t)cnt };

	return dgram_recvmsg(fd, s, &m, flags);
}

static ssize_t send_dgram(int fd, struct sock *s, const struct iovec *iov,
			  int cnt, int flags)
{
	struct msghdr m = { .msg_iov = (struct iovec *)iov,
			    .msg_iovlen = (size_t)cnt };

	return dgram_sendmsg(fd, s, &m, flags);
}

static const struct sock_ops stream_ops = {
	.bind = bind_stream,
	.listen = stream_listen,
	.accept = stream_accept,
	.connect = connect_stream,
	.disconnect = disconnect_stream,
	.shutdown = shutdown_stream,
	.recv = stream_recv,
	.send = stream_send,
	.recvmsg = recvmsg_stream,
	.sendmsg = sendmsg_stream,
	.poll = stream_poll,
	.notify = stream_notify,
	.init = init,
	.drop = drop,
	.close = close_stream,
};

static const struct sock_ops dgram_ops = {
	.bind = bind_dgram,
	.listen = listen_dgram,
	.accept = accept_dgram,
	.connect = connect_dgram,
	.disconnect = dgram_disconnect,
	.shutdown = shutdown_dgram,
	.recv = recv_dgram,
	.send = send_dgram,
	.recvmsg = dgram_recvmsg,
	.sendmsg = dgram_sendmsg,
	.poll = dgram_poll,
	.notify = dgram_notify,
	.init = init,
	.drop = drop,
	.close = close_dgram,
};

void inet_init(void)
{
	sock_ops[SOCK_STREAM] = &stream_ops;
	sock_ops[SOCK_DGRAM] = &dgram_ops;
}

void inet_pools_init(struct shim_root *r)
{
	r->socks.size = (uint32_t)sock_size(sizeof(struct sock_priv));
	cold_pools_init(r);
	filter_pools_init(r);
	stream_pools_init(r);
	udp_err_pools_init(r);
}

/*
 * What libix tells
 */
void inet_notify(struct ix_obj *o, unsigned what)
{
	struct sock *s = (struct sock *)o;

	if (!(what & IX_N_CLOSED))
		sock_ops_of(s)->notify(s, what);
	else if (__atomic_load_n(&s->refs, __ATOMIC_ACQUIRE))
		o->kind = IX_KIND_NONE; /* gives up the world only */
	else
		sock_free(s);
}

void inet_knock(struct ix_listener *l, unsigned et, const struct ix_event *ev)
{
	stream_knock((struct sock *)l, et, ev);
}
