// SPDX-License-Identifier: MIT
/*
 * tcp_io.c - reading and writing of stream sockets
 */
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "shim/fd.h"
#include "shim/relay.h"
#include "shim/tcp.h"
#include "shim/until.h"

/* Report this much to the dataplane at once: it opens the peer's window. */
#define RX_DONE_FLUSH 65536

static bool must_wait(const struct sock *s, int flags)
{
	return !s->nonblock && !(flags & MSG_DONTWAIT);
}

/*
 * Receive
 */

/*
 * Locked: why nothing can be read; -EAGAIN: not yet; 0: end of stream, which
 * comes before an error of the time after it.
 */
static int recv_state(struct sock *s)
{
	if (s->o.flags & IX_O_EOF)
		return 0;
	if (s->so_error)
		return -sock_take_error(s);
	switch (s->state) {
	case SS_CONNECTING:
		return -EAGAIN;
	case SS_CONNECTED:
		return s->o.flags & IX_O_EOF || s->shut & 1 ? 0 : -EAGAIN;
	case SS_DONE:
		return s->o.flags & IX_O_CONNECTED ? 0 : -ENOTCONN;
	default:
		return -ENOTCONN;
	}
}

/* MSG_TRUNC: throw bytes away. */
static size_t discard(struct sock *s, size_t n)
{
	char scrap[4096];
	size_t done = 0, got;
	struct iovec iov = { .iov_base = scrap };

	do {
		iov.iov_len = n - done < sizeof(scrap) ? n - done :
							 sizeof(scrap);
		got = ix_read(&s->c, &iov, 1, false, 0);
		done += got;
	} while (got && done < n);
	return done;
}

/* Locked: bytes, or as recv_state(). */
static ssize_t recv_once(struct sock *s, const struct iovec *iov, int cnt,
			 int flags)
{
	size_t n = 0;

	if (s->o.kind == IX_KIND_TCP && s->c.rx_head) {
		if (flags & MSG_TRUNC)
			n = discard(s, iov_bytes(iov, cnt));
		else
			n = ix_read(&s->c, iov, cnt, flags & MSG_PEEK, 0);
	}
	if (__builtin_expect(n > 0, 1)) {
		if (s->c.rx_done >= RX_DONE_FLUSH)
			ix_drive(s->o.et, 0);
		return (ssize_t)n;
	}
	return recv_state(s);
}

static ssize_t recv_locked(int fd, struct sock *s, const struct iovec *iov,
			   int cnt, int flags)
{
	ssize_t n;

	if (!sock_lock(fd, s))
		return -EBADF;
	n = recv_once(s, iov, cnt, flags);
	if (n == -EAGAIN && !must_wait(s, flags) && sock_poll_once(s))
		n = recv_once(s, iov, cnt, flags);
	sock_unlock(s);
	return n;
}

/* Wait for bytes. 0, or why not. */
static int recv_wait(struct sock *s, int flags, const struct until *end)
{
	if (!must_wait(s, flags))
		return -EAGAIN;
	/* a limit that has passed is not "no limit" */
	return sock_wait(s, POLLIN, until_left(end), -1);
}

/* MSG_WAITALL: all of it, unless the stream ends before. */
static ssize_t recv_all(int fd, struct sock *s, const struct iovec *iov,
			int cnt, int flags)
{
	struct until end = until_ns(s->rcvtimeo_ns);
	size_t len = iov_bytes(iov, cnt), done = 0;
	struct iovec part[IOV_WINDOW];
	ssize_t n;

	do {
		int k = iov_window(part, iov, cnt, done);

		n = recv_locked(fd, s, part, k, flags);
		if (n > 0)
			done += (size_t)n;
		else if (n == -EAGAIN)
			n = recv_wait(s, flags, &end) ?: 1;
	} while (n > 0 && done < len);
	return done ? (ssize_t)done : n;
}

ssize_t tcp_recv(int fd, struct sock *s, const struct iovec *iov, int cnt,
		 int flags)
{
	struct until end;
	ssize_t n;
	int rc;

	if (__builtin_expect(flags & (MSG_OOB | MSG_ERRQUEUE), 0))
		return flags & MSG_OOB ? -EINVAL : -EAGAIN;
	if (__builtin_expect(!iov_ok(iov, cnt), 0))
		return -EFAULT;
	if ((flags & (MSG_WAITALL | MSG_PEEK)) == MSG_WAITALL)
		return recv_all(fd, s, iov, cnt, flags);
	n = recv_locked(fd, s, iov, cnt, flags);
	if (n == -EAGAIN && !iov_bytes(iov, cnt))
		return 0;
	if (n != -EAGAIN || !must_wait(s, flags))
		return n;
	end = until_ns(s->rcvtimeo_ns);
	do {
		rc = recv_wait(s, flags, &end);
		if (rc < 0)
			return rc;
		n = recv_locked(fd, s, iov, cnt, flags);
	} while (n == -EAGAIN);
	return n;
}

/*
 * Send
 */

/* Locked: may bytes be queued? -EAGAIN: not yet. */
static int send_state(struct sock *s)
{
	if (s->so_error)
		return -sock_take_error(s);
	switch (s->state) {
	case SS_CONNECTING:
		return -EAGAIN;
	case SS_CONNECTED:
		return s->shut & 2 ? -EPIPE : 0;
	default:
		return -EPIPE;
	}
}

static ssize_t send_once(struct sock *s, const struct iovec *iov, int cnt,
			 bool more)
{
	struct ix_conn *c = &s->c;
	ssize_t n = send_state(s);

	if (n < 0)
		return n;
	n = ix_write(c, iov, cnt, more);
	/* POLLOUT comes at a third: be told of it */
	if (ix_conn_room(c) < c->tx_limit / 3)
		c->o.flags |= IX_O_FULL;
	return n ? n : -EAGAIN;
}

static ssize_t send_locked(int fd, struct sock *s, const struct iovec *iov,
			   int cnt, int flags)
{
	bool more = flags & MSG_MORE;
	ssize_t n;

	relay_first(s);
	if (!sock_lock(fd, s))
		return -EBADF;
	n = send_once(s, iov, cnt, more);
	if (n == -EAGAIN && !must_wait(s, flags) && sock_poll_once(s))
		n = send_once(s, iov, cnt, more);
	if (n > 0)
		sock_flush_unlock(s);
	else
		sock_unlock(s);
	return n;
}

static ssize_t broken_pipe(ssize_t rc, int flags)
{
	if (rc == -EPIPE && !(flags & MSG_NOSIGNAL))
		raise(SIGPIPE);
	return rc;
}

/* The rest, after the first attempt took `done` bytes. */
static ssize_t send_rest(int fd, struct sock *s, const struct iovec *iov,
			 int cnt, int flags, size_t len, size_t done)
{
	struct until end = until_ns(s->sndtimeo_ns);
	struct iovec part[IOV_WINDOW];
	ssize_t n = -EAGAIN;

	while (done < len) {
		if (n == -EAGAIN || n == -ENOBUFS) {
			n = -EAGAIN;
			if (!must_wait(s, flags))
				break;
			n = sock_wait(s, POLLOUT, until_left(&end), -1);
			if (n < 0)
				break;
		}
		n = send_locked(fd, s, part, iov_window(part, iov, cnt, done),
				flags);
		if (n > 0)
			done += (size_t)n;
		else if (n != -EAGAIN && n != -ENOBUFS)
			break;
	}
	return done ? (ssize_t)done : n;
}

ssize_t tcp_send(int fd, struct sock *s, const struct iovec *iov, int cnt,
		 int flags)
{
	size_t len = iov_bytes(iov, cnt);
	ssize_t n;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (__builtin_expect(!iov_ok(iov, cnt), 0))
		return -EFAULT;
	n = send_locked(fd, s, iov, cnt, flags);
	if (__builtin_expect(n == (ssize_t)len, 1))
		return n;
	if (n == -EAGAIN && !len)
		return 0;
	if (n > 0 || n == -EAGAIN || n == -ENOBUFS)
		n = send_rest(fd, s, iov, cnt, flags, len,
			      n > 0 ? (size_t)n : 0);
	return broken_pipe(n, flags);
}
