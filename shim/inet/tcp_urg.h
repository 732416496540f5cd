/* SPDX-License-Identifier: MIT */
/*
 * tcp_urg.h - urgent data of stream sockets
 */
#ifndef IX_SHIM_TCP_URG_H
#define IX_SHIM_TCP_URG_H

#include <sys/uio.h>

#include "shim/option/priv.h"

/* Is a byte ahead that was announced as urgent, and not read past? */
static inline bool urg_ahead(const struct sock *s)
{
	return s->o.kind == IX_KIND_TCP && __builtin_expect(s->c.urg, 0);
}

/* ... and is it the next one? */
static inline bool urg_next(const struct sock *s)
{
	return urg_ahead(s) && !s->c.urg_left;
}

/* The next byte is one that reading the stream leaves out. */
static inline bool urg_is_hole(const struct sock *s)
{
	return urg_next(s) && !s->c.urg_inline;
}

/* MSG_OOB */
ssize_t urg_recv(int fd, struct sock *s, const struct iovec *iov, int cnt,
		 int flags);
/* Where a receive that peeks goes on after `done` bytes. */
static inline size_t urg_peek_from(const struct sock *s, size_t done)
{
	return urg_is_hole(s) ? done + 1 : done;
}
/* Has a receive come to the mark, where it ends, with these `done` bytes? */
bool urg_stops(const struct sock *s, int flags, size_t done);
/*
 * Locked, urg_ahead(). The next bytes of a receive that has `done`: up to the
 * mark, or from there on. 0: there are none.
 */
ssize_t urg_read(struct sock *s, const struct iovec *iov, int cnt, int flags,
		 size_t done);
/* FIONREAD: bytes before the mark, or all. */
uint32_t urg_readable(const struct sock *s);
/* Locked. What happened (IX_N_*) is told: the signal goes out; POLL*. */
unsigned urg_notify(const struct sock *s, unsigned what);

#endif
