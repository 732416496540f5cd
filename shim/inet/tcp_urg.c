// SPDX-License-Identifier: MIT
/*
 * tcp_urg.c - urgent data of stream sockets
 *
 * As Linux: one byte at a time is urgent. It lies in the stream, where a receive
 * ends in front of it; the next one begins behind it, unless SO_OOBINLINE is set.
 * MSG_OOB gives a copy.
 */
#include "shim/inet/tcp_urg.h"

#include <poll.h>
#include <signal.h>

#include "base/raw.h"
#include "libix/share/usermem.h"
#include "shim/host/until.h"
#include "shim/object/fd.h"

static int put_byte(const struct iovec *iov, int cnt, uint8_t byte)
{
	int i;

	for (i = 0; i < cnt; i++)
		if (iov[i].iov_len)
			return ix_user_put(iov[i].iov_base, &byte, 1);
	return 0;
}

/* Locked. It never waits, as on Linux. */
static ssize_t take_byte(struct sock *s, const struct iovec *iov, int cnt,
			 int flags)
{
	uint16_t urg = urg_ahead(s) ? s->c.urg : 0;

	if (!urg || urg == IX_URG_READ || s->c.urg_inline)
		return -EINVAL;
	if ((s->o.flags & (IX_O_DEAD | IX_O_EOF)) == IX_O_DEAD)
		return -ENOTCONN;
	if (urg == IX_URG_NOTYET)
		return s->o.flags & (IX_O_EOF | IX_O_DEAD) || s->shut & 1 ?
			       0 :
			       -EAGAIN;
	if (!(flags & MSG_PEEK))
		s->c.urg = IX_URG_READ;
	if (!iov_bytes(iov, cnt))
		return 0;
	if (!(flags & MSG_TRUNC) && put_byte(iov, cnt, (uint8_t)urg) < 0)
		return -EFAULT;
	return 1;
}

ssize_t urg_recv(int fd, struct sock *s, const struct iovec *iov, int cnt,
		 int flags)
{
	ssize_t n;

	if (s->state == SS_LISTEN)
		return -ENOTCONN;
	if (!sock_lock(fd, s))
		return -EBADF;
	n = take_byte(s, iov, cnt, flags);
	if ((n == -EAGAIN || n == -EINVAL) && sock_poll_once(s))
		n = take_byte(s, iov, cnt, flags);
	sock_unlock(s);
	return n;
}

bool urg_stops(const struct sock *s, int flags, size_t done)
{
	return done && urg_ahead(s) &&
	       s->c.urg_left == (flags & MSG_PEEK ? done : 0);
}

size_t urg_before(const struct sock *s, size_t from)
{
	return urg_ahead(s) && from < s->c.urg_left ? s->c.urg_left - from :
						      SIZE_MAX;
}

uint32_t urg_readable(const struct sock *s)
{
	return urg_ahead(s) && !s->c.urg_inline &&
			       s->c.urg_left < s->o.rx_bytes ?
		       s->c.urg_left :
		       s->o.rx_bytes;
}

unsigned urg_notify(const struct sock *s, unsigned what)
{
	const struct sock_priv *p = s->priv;

	/* handlers wait until the lock is free */
	if (what & IX_N_URG && p->owner && p->owner_ours)
		raw_call(p->owner_thread ? SYS_tkill : SYS_kill, p->owner,
			 SIGURG);
	return what & IX_N_PRI ? POLLIN | POLLRDNORM | POLLPRI : 0;
}
