/* SPDX-License-Identifier: MIT */
/*
 * tcp_urg.h - urgent data of stream sockets
 */
#ifndef IX_SHIM_TCP_URG_H
#define IX_SHIM_TCP_URG_H

#include <sys/uio.h>

#include "shim/option/priv.h"

/* Was an urgent byte announced that reading has not passed yet? */
static inline bool urg_ahead(const struct sock *s)
{
	return s->o.kind == IX_KIND_TCP &&
	       __builtin_expect(__atomic_load_n(&s->c.urg, __ATOMIC_ACQUIRE),
				0);
}

/* ... and is it the next byte of the stream? */
static inline bool urg_next(const struct sock *s)
{
	return urg_ahead(s) && !s->c.urg_left;
}

/* ... and will reading leave it out (no SO_OOBINLINE)? */
static inline bool urg_is_hole(const struct sock *s)
{
	return urg_next(s) && !s->c.urg_inline;
}

/* recv() with MSG_OOB: bytes, or -errno; it never waits. */
ssize_t urg_recv(int fd, struct sock *s, const struct iovec *iov, int cnt,
		 int flags);
/* The offset at which a receive with MSG_PEEK goes on after `done` bytes. */
static inline size_t urg_peek_from(const struct sock *s, size_t done)
{
	return urg_is_hole(s) ? done + 1 : done;
}
/* Has a receive that has read `done` bytes reached the mark, where it must
 * end? */
bool urg_stops(const struct sock *s, int flags, size_t done);
/* Locked. The most bytes that a receive which begins at the offset `from` may
 * take before it reaches the mark; SIZE_MAX: the mark is not behind that. */
size_t urg_before(const struct sock *s, size_t from);
/* What FIONREAD tells: the bytes before the mark, or all if there is no
 * mark. */
uint32_t urg_readable(const struct sock *s);
/* Locked. Urgent data were announced or have come (what: IX_N_*): send SIGURG
 * to the socket's owner. Returns the events to notify, POLL*. */
unsigned urg_notify(const struct sock *s, unsigned what);

#endif
