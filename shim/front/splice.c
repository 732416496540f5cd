// SPDX-License-Identifier: MIT
/*
 * splice.c - between a pipe and a stream socket, by copying
 *
 * No more is taken from either side than the other is sure to take.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "libix/share/usermem.h"
#include "shim/front/calls.h"
#include "shim/host/host.h"
#include "shim/object/fd.h"
#include "shim/object/sock.h"

#define PIECE 16384

static bool is_pipe(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* Wait for the pipe unless told not to; 0, -EAGAIN, -errno. */
static int pipe_ready(int fd, short events, unsigned flags)
{
	struct pollfd p = { .fd = fd, .events = events };
	bool now = flags & SPLICE_F_NONBLOCK ||
		   host.fcntl(fd, F_GETFL, NULL) & O_NONBLOCK;
	int n = host.poll(&p, 1, now ? 0 : -1);

	return n < 0 ? -errno : n == 0 ? -EAGAIN : 0;
}

static size_t room(int fd, struct sock *s)
{
	size_t n = 0;

	if (sock_lock(fd, s)) {
		n = s->o.kind == IX_KIND_TCP ? ix_conn_room(&s->c) : 0;
		sock_unlock(s);
	}
	return n;
}

static ssize_t pipe_to_sock(int in, int out, struct sock *s, size_t n,
			    unsigned flags, char *buf)
{
	int how = MSG_NOSIGNAL | (flags & SPLICE_F_MORE ? MSG_MORE : 0);
	size_t fits = PIECE;
	struct iovec iov = { .iov_base = buf };
	ssize_t got;
	int rc = pipe_ready(in, POLLIN, flags);

	if (rc < 0)
		return rc;
	if (s->nonblock)
		fits = room(out, s);
	if (!fits)
		return -EAGAIN;
	fits = fits < PIECE ? fits : PIECE;
	got = host.read(in, buf, n < fits ? n : fits);
	if (got <= 0)
		return got < 0 ? -errno : 0;
	iov.iov_len = (size_t)got;
	return sock_ops_of(s)->send(out, s, &iov, 1, how);
}

static ssize_t sock_to_pipe(int in, struct sock *s, int out, size_t n,
			    unsigned flags, char *buf)
{
	int how = flags & SPLICE_F_NONBLOCK ? MSG_DONTWAIT : 0;
	struct iovec iov = { .iov_base = buf,
			     .iov_len = n < PIECE ? n : PIECE };
	ssize_t got = sock_ops_of(s)->recv(in, s, &iov, 1, how | MSG_PEEK);
	ssize_t put;
	int rc;

	if (got <= 0)
		return got;
	rc = pipe_ready(out, POLLOUT, flags);
	if (rc < 0)
		return rc;
	/* a pipe that polls writable takes this much without blocking */
	if (flags & SPLICE_F_NONBLOCK && got > PIPE_BUF)
		got = PIPE_BUF;
	put = host.write(out, buf, (size_t)got);
	if (put < 0)
		return -errno;
	iov.iov_len = (size_t)put;
	return sock_ops_of(s)->recv(in, s, &iov, 1, 0);
}

/* None may have one; what is told of it depends on whose it is. */
static int offsets(bool from_sock, const off64_t *in, bool to_sock,
		   const off64_t *out)
{
	if ((in && !from_sock) || (out && !to_sock))
		return -ESPIPE;
	if (!ix_user_readable(in, in ? sizeof(*in) : 0) ||
	    !ix_user_readable(out, out ? sizeof(*out) : 0))
		return -EFAULT;
	return in || out ? -EINVAL : 0;
}

ssize_t call_splice(int in, off64_t *in_off, int out, off64_t *out_off,
		    size_t n, unsigned flags)
{
	struct sock *a = fd_sock_fast(in), *b = fd_sock_fast(out);
	char *buf;
	ssize_t rc;

	a = a && a->world == WORLD_STACK ? a : NULL;
	b = b && b->world == WORLD_STACK ? b : NULL;
	if (!a && !b)
		return host.splice(in, in_off, out, out_off, n, flags);
	rc = offsets(a != NULL, in_off, b != NULL, out_off);
	if (rc < 0)
		return ret_errno(rc);
	if ((a && (a->type != SOCK_STREAM || !is_pipe(out))) ||
	    (!a && (b->type != SOCK_STREAM || !is_pipe(in))))
		return ret_errno(-EINVAL);
	buf = malloc(PIECE); /* a thread's stack may be of that size */
	if (!buf)
		return ret_errno(-ENOMEM);
	rc = a ? sock_to_pipe(in, a, out, n, flags, buf) :
		 pipe_to_sock(in, out, b, n, flags, buf);
	free(buf);
	return ret_errno(rc);
}
