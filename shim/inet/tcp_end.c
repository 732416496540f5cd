// SPDX-License-Identifier: MIT
/*
 * tcp_end.c - stream sockets: shutdown, and the way back to a fresh socket
 *
 * As on Linux a socket whose connection, attempt or listening was broken off
 * (connect() with AF_UNSPEC, shutdown() of an attempt or of a listener) keeps
 * its options, and its name if bind() gave it one.
 */
#include <errno.h>
#include <poll.h>

#include "shim/host/host.h"
#include "shim/inet/bound.h"
#include "shim/inet/tcp_bind.h"
#include "shim/inet/tcp_end.h"
#include "shim/inet/tcp_listen.h"
#include "shim/object/owner.h"
#include "shim/object/sock.h"
#include "shim/option/priv.h"
#include "shim/wait/watch.h"

#define EVERY_EVENT                                                         \
	(POLLIN | POLLRDNORM | POLLRDHUP | POLLOUT | POLLWRNORM | POLLHUP | \
	 POLLERR)
#define FORGET_ROUNDS 1000 /* events of others may come first */

void stream_forget(struct sock *s)
{
	unsigned i;

	ix_close(&s->c, true);
	for (i = 0; i < FORGET_ROUNDS && s->o.kind == IX_KIND_TCP; i++)
		ix_drive(s->o.et, 0);
	s->o.kind = IX_KIND_NONE;
	s->o.flags = 0;
	s->o.handle = IX_HANDLE_NONE;
	s->state = SS_INIT;
}

/* What the program finds in SO_ERROR after it broke s off. */
static int break_error(const struct sock *s)
{
	if (s->state == SS_CONNECTING)
		return ECONNRESET;
	/* both ends had nothing more to say */
	if (s->state != SS_CONNECTED || (s->o.flags & IX_O_EOF && s->shut & 2))
		return s->so_error;
	return ECONNRESET;
}

/* Locked. */
static void break_off(struct sock *s)
{
	int err = break_error(s);

	if (s->o.kind == IX_KIND_TCP)
		stream_forget(s);
	s->so_error = err;
	s->shut = 0;
	s->priv->untold = 0;
	watch_notify(s, EVERY_EVENT);
}

/* The kernel's half of a wildcard gives a port that it chose up with the
 * listening: it keeps it, as the stack does, or both have none. */
static void keep_port(int fd, struct sock *s)
{
	int rc = stream_bind_kernel(fd, s);

	if (rc == 0 || rc == -EINVAL)
		return;
	bound_del(s);
	s->priv->local.port = 0;
	s->priv->bound = BOUND_NO;
}

static void stop_listening(int fd, struct sock *s)
{
	if (s->world == WORLD_BOTH)
		keep_port(fd, s);
	stream_unlisten(s);
	s->state = SS_INIT;
	s->shut = 0;
	s->o.kind = IX_KIND_NONE;
	watch_notify(s, POLLIN | POLLHUP);
}

static int shutdown_listener(int fd, struct sock *s, int how)
{
	if (how == SHUT_WR)
		return 0;
	if (s->world == WORLD_BOTH)
		host.shutdown(fd, how);
	stop_listening(fd, s);
	return 0;
}

static int shutdown_conn(struct sock *s, int how)
{
	int rc = 0;

	if (how != SHUT_WR) {
		s->shut |= 1;
		watch_notify(s, POLLIN | POLLRDHUP);
	}
	if (how != SHUT_RD) {
		rc = ix_shutdown(&s->c);
		s->shut |= 2;
		watch_notify(s, POLLOUT);
	}
	return rc;
}

/* No connection: it will be shut from its beginning. */
void stream_shut_fresh(struct sock *s, int how)
{
	s->shut |= (uint8_t)(how + 1);
	watch_notify(s, POLLIN | POLLRDHUP);
}

int stream_shutdown(int fd, struct sock *s, int how)
{
	int rc = 0;

	if (how < SHUT_RD || how > SHUT_RDWR)
		return -EINVAL;
	if (how != SHUT_RD)
		owner_first(s);
	if (!sock_lock(fd, s))
		return -EBADF;
	if (s->state == SS_CONNECTING)
		sock_poll_once(s);
	switch (s->state) {
	case SS_LISTEN:
		rc = shutdown_listener(fd, s, how);
		break;
	case SS_CONNECTING:
		break_off(s);
		break;
	case SS_CONNECTED:
		rc = shutdown_conn(s, how);
		break;
	case SS_INIT:
		stream_shut_fresh(s, how);
		rc = -ENOTCONN;
		break;
	default:
		rc = -ENOTCONN;
		break;
	}
	sock_flush_unlock(s);
	return rc;
}

int stream_disconnect(int fd, struct sock *s, const struct sockaddr *addr,
		      socklen_t len)
{
	if (s->world == WORLD_BOTH && host.connect(fd, addr, len) < 0)
		return -errno;
	owner_first(s);
	if (!sock_lock(fd, s))
		return -EBADF;
	if (s->state == SS_LISTEN)
		stop_listening(fd, s);
	else
		break_off(s);
	sock_flush_unlock(s);
	return 0;
}
