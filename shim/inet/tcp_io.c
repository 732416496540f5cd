// SPDX-License-Identifier: MIT
/*
 * tcp_io.c - reading and writing of stream sockets
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "shim/host/until.h"
#include "shim/inet/tcp_extra.h"
#include "shim/inet/tcp_io.h"
#include "shim/inet/tcp_urg.h"
#include "shim/object/fd.h"
#include "shim/object/hold.h"
#include "shim/object/owner.h"
#include "shim/object/round.h"
#include "shim/object/sock.h"
#include "shim/option/priv.h"
#include "shim/wait/sock_wait.h"

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
 * comes before an error of the time after it. An error is left for the next
 * call where this one has `done` something.
 */
static int recv_state(struct sock *s, size_t done)
{
	if (s->o.flags & IX_O_EOF)
		return 0;
	if (s->so_error)
		return done ? 0 : -sock_take_error(s);
	switch (s->state) {
	case SS_CONNECTING:
		return -EAGAIN;
	case SS_CONNECTED:
		return s->shut & 1 ? 0 : -EAGAIN;
	case SS_DONE:
		return 0;
	default:
		return s->shut & 1 ? 0 : -ENOTCONN;
	}
}

/* MSG_TRUNC: bytes are counted, and thrown away unless they are peeked at. */
static ssize_t count_bytes(struct sock *s, size_t len, size_t skip, bool peek)
{
	size_t n = s->o.rx_bytes - skip;

	if (n > len)
		n = len;
	if (!peek)
		ix_skip(&s->c, n);
	return (ssize_t)n;
}

/* Is the peer to hear of it now? What is read in a round is reported at its
 * end. */
static bool must_report(const struct ix_conn *c)
{
	return c->rx_done >= RX_DONE_FLUSH ||
	       (c->o.prompt && !c->rx_head && !round_active());
}

/* Of iov so much that it holds `most` bytes. */
static int shorten(struct iovec *part, const struct iovec *iov, int cnt,
		   size_t most)
{
	int n = iov_window(part, iov, cnt, 0), i;

	for (i = 0; i < n && most; i++) {
		if (part[i].iov_len > most)
			part[i].iov_len = most;
		most -= part[i].iov_len;
	}
	return i;
}

/* recv_once() with a mark ahead: up to that, or from there on. */
static ssize_t recv_to_mark(struct sock *s, const struct iovec *iov, int cnt,
			    int flags, size_t done, size_t skip)
{
	size_t len = iov_bytes(iov, cnt), most;
	bool peek = flags & MSG_PEEK;
	struct iovec part[IOV_WINDOW];
	ssize_t n;

	if (urg_stops(s, flags, done))
		return 0;
	if (!peek && len && urg_is_hole(s))
		ix_skip(&s->c, 1);
	most = urg_before(s, skip);
	if (flags & MSG_TRUNC)
		n = count_bytes(s, len < most ? len : most, skip, peek);
	else
		n = ix_read(&s->c, part, shorten(part, iov, cnt, most), peek,
			    skip);
	/* there was the hole alone */
	return n || done || !len ? n : recv_state(s, done);
}

/*
 * Locked: bytes, -EFAULT, or as recv_state(). `done` bytes were given before, by
 * the same call: one that peeks begins behind them.
 */
static ssize_t recv_once(struct sock *s, const struct iovec *iov, int cnt,
			 int flags, size_t done)
{
	bool peek = flags & MSG_PEEK;
	size_t skip = peek ? urg_peek_from(s, done) : 0;
	ssize_t n;

	if (s->o.kind != IX_KIND_TCP || s->o.rx_bytes <= skip)
		return recv_state(s, done);
	if (__builtin_expect(s->c.urg, 0))
		n = recv_to_mark(s, iov, cnt, flags, done, skip);
	else if (flags & MSG_TRUNC)
		n = count_bytes(s, iov_bytes(iov, cnt), skip, peek);
	else
		n = ix_read(&s->c, iov, cnt, peek, skip);
	if (must_report(&s->c))
		ix_drive(s->o.et, 0);
	return n;
}

static ssize_t recv_locked(int fd, struct sock *s, const struct iovec *iov,
			   int cnt, int flags, size_t done)
{
	ssize_t n;

	if (!sock_lock(fd, s))
		return -EBADF;
	n = recv_once(s, iov, cnt, flags, done);
	if (n == -EAGAIN && !must_wait(s, flags) && sock_poll_once(s))
		n = recv_once(s, iov, cnt, flags, done);
	sock_unlock(s);
	return n;
}

/*
 * Wait until there are `target` bytes, or the stream ends before. A socket that
 * another thread closes meanwhile is closed when this call is over.
 */
static ssize_t recv_wait(int fd, struct sock *s, const struct iovec *iov,
			 int cnt, int flags, size_t target, size_t done)
{
	struct until end = until_ns(s->rcvtimeo_ns);
	struct iovec part[IOV_WINDOW];
	struct sock_hold hold;
	ssize_t n = -EAGAIN;

	if (!sock_hold(&hold, fd, s))
		return -EBADF;
	while (done < target && !urg_stops(s, flags, done)) {
		if (n == -EAGAIN)
			n = sock_wait_bytes(
				&hold,
				flags & MSG_PEEK ? urg_peek_from(s, done) : 0,
				until_left(&end));
		if (n < 0)
			break;
		n = recv_locked(sock_held_fd(&hold), s, part,
				iov_window(part, iov, cnt, done), flags, done);
		if (n > 0)
			done += (size_t)n;
		else if (n != -EAGAIN)
			break;
	}
	sock_let_go(&hold);
	return done ? (ssize_t)done : n;
}

/* With how many bytes a receive that may wait ends. */
static size_t least(const struct sock *s, size_t len, int flags)
{
	size_t low = (size_t)opt_get(&s->priv->opts, OPT_RCVLOWAT);

	if (flags & MSG_WAITALL || low > len)
		low = len;
	return low ? low : 1;
}

ssize_t stream_recv(int fd, struct sock *s, const struct iovec *iov, int cnt,
		    int flags)
{
	size_t len, target;
	ssize_t n;

	cancel_point();
	if (__builtin_expect(flags & (MSG_OOB | MSG_ERRQUEUE), 0))
		return flags & MSG_ERRQUEUE ? stream_recv_error(fd, s, NULL) :
					      urg_recv(fd, s, iov, cnt, flags);
	n = recv_locked(fd, s, iov, cnt, flags, 0);
	if ((n <= 0 && n != -EAGAIN) || !must_wait(s, flags))
		return n;
	len = iov_bytes(iov, cnt);
	target = least(s, len, flags);
	if (n >= (ssize_t)target)
		return n;
	return recv_wait(fd, s, iov, cnt, flags, target, n > 0 ? (size_t)n : 0);
}

/*
 * Send
 */

/* Locked: may bytes be queued? -EAGAIN: not yet. */
static int send_state(struct sock *s, size_t done)
{
	if (s->so_error)
		return done ? -EPIPE : -sock_take_error(s);
	switch (s->state) {
	case SS_CONNECTING:
		return -EAGAIN;
	case SS_CONNECTED:
		return s->shut & 2 ? -EPIPE : 0;
	default:
		return -EPIPE;
	}
}

/* Locked: bytes, 0 if there is nothing to send, or -errno. */
static ssize_t send_once(struct sock *s, const struct iovec *iov, int cnt,
			 unsigned flags, size_t done)
{
	struct ix_conn *c = &s->c;
	ssize_t n = send_state(s, done);

	if (n < 0)
		return n;
	if (__builtin_expect(c->low, 0))
		ix_conn_look(c);
	n = ix_write(c, iov, cnt, flags);
	/* POLLOUT comes at a third: be told of it */
	if (!ix_conn_writable(c))
		c->o.flags |= IX_O_FULL;
	return n || !iov_bytes(iov, cnt) ? n : -EAGAIN;
}

static ssize_t send_locked(int fd, struct sock *s, const struct iovec *iov,
			   int cnt, int flags, size_t done)
{
	unsigned how = (flags & MSG_MORE ? IX_WRITE_MORE : 0) |
		       (flags & MSG_OOB ? IX_WRITE_URGENT : 0);
	ssize_t n;

	owner_first(s);
	if (!sock_lock(fd, s))
		return -EBADF;
	n = send_once(s, iov, cnt, how, done);
	if (n == -EAGAIN && !must_wait(s, flags) && sock_poll_once(s))
		n = send_once(s, iov, cnt, how, done);
	if (n > 0 && __builtin_expect(flags & MSG_OOB, 0))
		/* at once: it may be the last byte for a moment only */
		ix_drive(s->o.et, 0);
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
	struct sock_hold hold;
	ssize_t n = -EAGAIN;

	if (!must_wait(s, flags))
		return done ? (ssize_t)done : -EAGAIN;
	if (!sock_hold(&hold, fd, s))
		return -EBADF;
	for (;;) {
		if (n == -EAGAIN || n == -ENOBUFS)
			n = sock_wait_held(&hold, POLLOUT, until_left(&end),
					   false);
		if (n < 0)
			break;
		n = send_locked(sock_held_fd(&hold), s, part,
				iov_window(part, iov, cnt, done), flags, done);
		if (n >= 0)
			done += (size_t)n;
		else if (n != -EAGAIN && n != -ENOBUFS)
			break;
		if (n >= 0 && done >= len)
			break;
	}
	sock_let_go(&hold);
	return done ? (ssize_t)done : n;
}

static ssize_t send_zerocopy(int fd, struct sock *s, const struct iovec *iov,
			     int cnt, int flags)
{
	ssize_t n = stream_send(fd, s, iov, cnt, flags & ~MSG_ZEROCOPY);

	if (n > 0)
		stream_zerocopied(s);
	return n;
}

ssize_t stream_send(int fd, struct sock *s, const struct iovec *iov, int cnt,
		    int flags)
{
	size_t len = iov_bytes(iov, cnt);
	ssize_t n;

	if (__builtin_expect(flags & MSG_ZEROCOPY, 0))
		return send_zerocopy(fd, s, iov, cnt, flags);
	cancel_point();
	n = send_locked(fd, s, iov, cnt, flags, 0);
	if (__builtin_expect(n == (ssize_t)len, 1))
		return n;
	if (n >= 0 || n == -EAGAIN || n == -ENOBUFS)
		n = send_rest(fd, s, iov, cnt, flags, len,
			      n > 0 ? (size_t)n : 0);
	return broken_pipe(n, flags);
}
