// SPDX-License-Identifier: MIT
/*
 * msg.c - sendmsg, recvmsg and their plurals; sendfile
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shim/calls.h"
#include "shim/cmsg.h"
#include "shim/fd.h"
#include "shim/io.h"
#include "shim/numbers.h"
#include "shim/relay.h"
#include "shim/tcp.h"
#include "shim/udp.h"

static struct sock *receives(int fd)
{
	struct sock *s = fd_sock_fast(fd);

	if (!s || s->world == SOCK_STACK)
		return s;
	return s->world == SOCK_BOTH && s->type == SOCK_DGRAM ? s : NULL;
}

static ssize_t stack_recvmsg(int fd, struct sock *s, struct msghdr *m,
			     int flags)
{
	ssize_t n;

	if (m->msg_iovlen > IOV_LIMIT)
		return -EMSGSIZE;
	if (s->type == SOCK_DGRAM)
		return udp_recvmsg(fd, s, m, flags);
	n = tcp_recv(fd, s, m->msg_iov, (int)m->msg_iovlen, flags);
	if (n >= 0) {
		m->msg_namelen = 0;
		m->msg_controllen = 0;
		m->msg_flags = 0;
	}
	return n;
}

static ssize_t stack_sendmsg(int fd, struct sock *s, const struct msghdr *m,
			     int flags)
{
	if (m->msg_iovlen > IOV_LIMIT)
		return -EMSGSIZE;
	if (s->type == SOCK_DGRAM)
		return udp_sendmsg(fd, s, m, flags);
	return tcp_send(fd, s, m->msg_iov, (int)m->msg_iovlen, flags);
}

static void one_came(int *fd, void *arg)
{
	(void)arg;
	number_made(*fd);
}

/* The descriptors of a message from the kernel. */
static void numbers_came(struct msghdr *m)
{
	if (m->msg_control && m->msg_controllen)
		cmsg_each_fd(m, one_came, NULL);
}

ssize_t call_recvmsg(int fd, struct msghdr *m, int flags)
{
	struct sock *s = receives(fd);
	ssize_t n;

	if (__builtin_expect(!s, 1)) {
		n = real_recvmsg(fd, m, flags);
		if (n >= 0)
			numbers_came(m);
		return n;
	}
	return ret_errno(stack_recvmsg(fd, s, m, flags & ~MSG_CMSG_CLOEXEC));
}

ssize_t call_sendmsg(int fd, const struct msghdr *m, int flags)
{
	struct sock *s = fd_sock_fast(fd);

	if (__builtin_expect(!s || !sends(s), 1))
		return io_foreign(relay_passes(m) ?
					  relay_sendmsg(fd, m, flags) :
					  real_sendmsg(fd, m, flags));
	return ret_errno(stack_sendmsg(fd, s, m, flags));
}

/* recvmmsg looks at its time limit only after each datagram. */
static bool passed(const struct timespec *end)
{
	struct timespec now;

	if (!end->tv_sec)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > end->tv_sec ||
	       (now.tv_sec == end->tv_sec && now.tv_nsec >= end->tv_nsec);
}

static struct timespec end_of(const struct timespec *ts)
{
	struct timespec end = { 0 };

	if (!ts)
		return end;
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += ts->tv_sec;
	end.tv_nsec += ts->tv_nsec;
	if (end.tv_nsec >= 1000000000) {
		end.tv_nsec -= 1000000000;
		end.tv_sec++;
	}
	return end;
}

int call_recvmmsg(int fd, struct mmsghdr *m, unsigned n, int flags,
		  struct timespec *ts)
{
	struct sock *s = receives(fd);
	struct timespec end;
	ssize_t rc = 0;
	unsigned i;

	if (__builtin_expect(!s, 1)) {
		rc = real_recvmmsg(fd, m, n, flags, ts);
		for (i = 0; rc > 0 && i < (unsigned)rc; i++)
			numbers_came(&m[i].msg_hdr);
		return (int)rc;
	}
	end = end_of(ts);
	for (i = 0; i < n; i++) {
		int how = flags & ~MSG_WAITFORONE;

		if (i && flags & MSG_WAITFORONE)
			how |= MSG_DONTWAIT;
		rc = stack_recvmsg(fd, s, &m[i].msg_hdr, how);
		if (rc < 0)
			break;
		m[i].msg_len = (unsigned)rc;
		if (passed(&end))
			return (int)i + 1;
	}
	return i || rc >= 0 ? (int)i : (int)ret_errno(rc);
}

/* Not ours, but connections of ours may be in it. */
static int foreign_sendmmsg(int fd, struct mmsghdr *m, unsigned n, int flags)
{
	bool passes = false;
	ssize_t rc = 0;
	unsigned i;

	for (i = 0; i < n && i < IOV_LIMIT && !passes; i++)
		passes = relay_passes(&m[i].msg_hdr);
	if (!passes)
		return real_sendmmsg(fd, m, n, flags);
	for (i = 0; i < n && i < IOV_LIMIT; i++) {
		rc = call_sendmsg(fd, &m[i].msg_hdr, flags);
		if (rc < 0)
			break;
		m[i].msg_len = (unsigned)rc;
	}
	return i ? (int)i : (int)rc;
}

int call_sendmmsg(int fd, struct mmsghdr *m, unsigned n, int flags)
{
	struct sock *s = fd_sock_fast(fd);
	ssize_t rc = 0;
	unsigned i;

	if (__builtin_expect(!s || !sends(s), 1))
		return foreign_sendmmsg(fd, m, n, flags);
	for (i = 0; i < n && i < IOV_LIMIT; i++) {
		rc = stack_sendmsg(fd, s, &m[i].msg_hdr, flags);
		if (rc < 0)
			break;
		m[i].msg_len = (unsigned)rc;
	}
	return i || rc >= 0 ? (int)i : (int)ret_errno(rc);
}

/*
 * sendfile: read a piece, queue what fits
 */
#define PIECE 16384

static ssize_t send_piece(int out, struct sock *s, const char *buf, size_t n,
			  bool more)
{
	struct iovec iov = { .iov_base = (void *)buf, .iov_len = n };

	return tcp_send(out, s, &iov, 1, more ? MSG_MORE : 0);
}

static ssize_t send_from(int out, struct sock *s, int in, off_t at, size_t n)
{
	char buf[PIECE];
	size_t done = 0;
	ssize_t got, put = 0;

	while (done < n) {
		size_t want = n - done < PIECE ? n - done : PIECE;

		got = pread(in, buf, want, at + (off_t)done);
		if (got <= 0) {
			put = got < 0 ? -errno : 0;
			break;
		}
		put = send_piece(out, s, buf, (size_t)got,
				 done + (size_t)got < n);
		if (put > 0)
			done += (size_t)put;
		if (put < got)
			break;
	}
	return done ? (ssize_t)done : put;
}

static ssize_t stack_sendfile(int out, struct sock *s, int in, off_t *off,
			      size_t n)
{
	off_t at = off ? *off : lseek(in, 0, SEEK_CUR);
	struct stat st;
	ssize_t done;

	if (fstat(in, &st) < 0)
		return -errno;
	if (s->type != SOCK_STREAM || at < 0 ||
	    !(S_ISREG(st.st_mode) || S_ISBLK(st.st_mode)))
		return -EINVAL;
	/* the last piece must be known as such */
	if (S_ISREG(st.st_mode) && (size_t)(st.st_size - at) < n)
		n = at < st.st_size ? (size_t)(st.st_size - at) : 0;
	done = send_from(out, s, in, at, n);
	if (done > 0 && off)
		*off = at + done;
	else if (done > 0)
		lseek(in, at + done, SEEK_SET);
	return done;
}

ssize_t call_sendfile(int out, int in, off_t *off, size_t n)
{
	struct sock *s = fd_sock_fast(out);

	if (__builtin_expect(!s || s->world != SOCK_STACK, 1))
		return real_sendfile(out, in, off, n);
	return ret_errno(stack_sendfile(out, s, in, off, n));
}

ssize_t call_sendfile64(int out, int in, off64_t *off, size_t n)
{
	return call_sendfile(out, in, off, n);
}
