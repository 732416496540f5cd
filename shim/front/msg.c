// SPDX-License-Identifier: MIT
/*
 * msg.c - sendmsg, recvmsg and their plurals; sendfile
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"
#include "libix/share/usermem.h"
#include "shim/front/calls.h"
#include "shim/front/io.h"
#include "shim/front/numbers.h"
#include "shim/host/cmsg.h"
#include "shim/host/host.h"
#include "shim/host/name.h"
#include "shim/host/until.h"
#include "shim/object/fd.h"
#include "shim/object/sock.h"
#include "shim/relay/passed.h"
#include "shim/relay/relay.h"

/* A header that a call was given: 0, -EFAULT, -EINVAL, -EMSGSIZE. */
static int check_header(const struct msghdr *m)
{
	if (!ix_user_readable(m, sizeof(*m)))
		return -EFAULT;
	if ((int)m->msg_namelen < 0)
		return -EINVAL;
	if (m->msg_iovlen > IOV_LIMIT)
		return -EMSGSIZE;
	return iov_check(m->msg_iov, (int)m->msg_iovlen);
}

/* What a receive has put into h becomes the program's. */
static int give_header(struct msghdr *user, const struct msghdr *h,
		       struct sockaddr *name)
{
	int rc = 0;

	if (name)
		rc = name_put(h->msg_name, h->msg_namelen, name,
			      &user->msg_namelen);
	if (rc == 0)
		rc = ix_user_put(&user->msg_flags, &h->msg_flags,
				 sizeof(h->msg_flags));
	if (rc == 0)
		rc = ix_user_put(&user->msg_controllen, &h->msg_controllen,
				 sizeof(h->msg_controllen));
	return rc;
}

static ssize_t stack_recvmsg(int fd, struct sock *s, struct msghdr *m,
			     int flags)
{
	int cloexec = flags & MSG_CMSG_CLOEXEC, rc;
	struct sockaddr_storage name;
	struct sockaddr *user_name;
	struct msghdr h;
	ssize_t n;

	rc = check_header(m);
	if (rc < 0)
		return rc;
	h = *m;
	user_name = h.msg_name;
	h.msg_name = &name;
	h.msg_namelen = sizeof(name);
	n = sock_ops_of(s)->recvmsg(fd, s, &h, flags & ~cloexec);
	if (n < 0)
		return n;
	h.msg_flags |= cloexec;
	rc = give_header(m, &h, user_name);
	return rc < 0 ? rc : n;
}

/* The name of a message, if it has one, copied; and is its control data there? */
static int take_extras(struct msghdr *h, struct sockaddr_storage *name)
{
	if (h->msg_namelen > sizeof(*name))
		h->msg_namelen = sizeof(*name);
	if (!h->msg_namelen)
		h->msg_name = NULL;
	if (h->msg_name) {
		if (name_take(name, h->msg_name, h->msg_namelen) < 0)
			return -EFAULT;
		h->msg_name = name;
	}
	return ix_user_readable(h->msg_control, h->msg_controllen) ? 0 :
								     -EFAULT;
}

static ssize_t stack_sendmsg(int fd, struct sock *s, const struct msghdr *m,
			     int flags)
{
	struct sockaddr_storage name;
	struct msghdr h;
	int rc = check_header(m);

	if (rc < 0)
		return rc;
	if (!m->msg_name && !m->msg_controllen)
		return sock_ops_of(s)->sendmsg(fd, s, m, flags);
	h = *m;
	rc = take_extras(&h, &name);
	if (rc < 0)
		return rc;
	return sock_ops_of(s)->sendmsg(fd, s, &h, flags);
}

static void one_came(int *fd, void *arg)
{
	(void)arg;
	number_made(*fd);
	passed_in(*fd);
}

/* The descriptors of a message from the kernel. */
static void numbers_came(struct msghdr *m)
{
	if (m->msg_control && m->msg_controllen)
		cmsg_each_fd(m, one_came, NULL);
}

ssize_t call_recvmsg(int fd, struct msghdr *m, int flags)
{
	struct sock *s = io_receives(fd);
	ssize_t n;

	if (__builtin_expect(!s, 1)) {
		n = host.recvmsg(fd, m, flags);
		if (n >= 0)
			numbers_came(m);
		return n;
	}
	return ret_errno(stack_recvmsg(fd, s, m, flags));
}

/* Not ours, but are connections of ours in it? */
static bool passes(const struct msghdr *m)
{
	return ix_user_readable(m, sizeof(*m)) && m->msg_control &&
	       ix_user_readable(m->msg_control, m->msg_controllen) &&
	       relay_passes(m);
}

ssize_t call_sendmsg(int fd, const struct msghdr *m, int flags)
{
	struct sock *s = fd_sock_fast(fd);

	if (s && flags & MSG_FASTOPEN && check_header(m) == 0 &&
	    fastopen(fd, s, m->msg_name, m->msg_namelen) < 0)
		return -1;
	if (__builtin_expect(!s || !sends(s), 1))
		return io_foreign(
			passes(m) ? ret_errno(relay_sendmsg(fd, m, flags)) :
				    host.sendmsg(fd, m, flags));
	return ret_errno(stack_sendmsg(fd, s, m, flags));
}

/* recvmmsg()'s time limit is looked at after each message only. */
struct limit {
	struct timespec *user; /* NULL: none */
	struct timespec end, left;
	bool over;
};

static int limit_begin(struct limit *l, struct timespec *user)
{
	struct timespec ts;

	*l = (struct limit){ .user = user };
	if (!user)
		return 0;
	if (ix_user_get(&ts, user, sizeof(ts)) < 0)
		return -EFAULT;
	if (ts.tv_sec < 0 || ts.tv_nsec < 0 || ts.tv_nsec >= NSEC_PER_SEC)
		return -EINVAL;
	if (ts.tv_sec == 0 && ts.tv_nsec == 0)
		return 0; /* it ended long ago */
	clock_gettime(CLOCK_MONOTONIC, &l->end);
	if (__builtin_add_overflow(l->end.tv_sec, ts.tv_sec, &l->end.tv_sec))
		l->end.tv_sec = INT64_MAX;
	l->end.tv_nsec += ts.tv_nsec;
	if (l->end.tv_nsec >= NSEC_PER_SEC && l->end.tv_sec < INT64_MAX) {
		l->end.tv_nsec -= NSEC_PER_SEC;
		l->end.tv_sec++;
	}
	return 0;
}

static void limit_look(struct limit *l)
{
	struct timespec now;

	if (!l->user)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	l->left.tv_sec = l->end.tv_sec - now.tv_sec;
	l->left.tv_nsec = l->end.tv_nsec - now.tv_nsec;
	if (l->left.tv_nsec < 0) {
		l->left.tv_nsec += NSEC_PER_SEC;
		l->left.tv_sec--;
	}
	if (l->left.tv_sec < 0)
		l->left = (struct timespec){ 0 };
	l->over = l->left.tv_sec == 0 && l->left.tv_nsec == 0;
}

/* What is left is told to the program. */
static int limit_end(const struct limit *l)
{
	return l->user ? ix_user_put(l->user, &l->left, sizeof(l->left)) : 0;
}

/* One message of several; what recvmsg() gives, and its length. */
static int recv_one(int fd, struct sock *s, struct mmsghdr *m, int flags)
{
	ssize_t rc = stack_recvmsg(fd, s, &m->msg_hdr, flags);
	unsigned n = (unsigned)rc;

	if (rc < 0)
		return (int)rc;
	return ix_user_put(&m->msg_len, &n, sizeof(n));
}

/* An error behind messages that came is the next call's to tell. */
static int recv_some(int fd, struct sock *s, struct mmsghdr *m, unsigned n,
		     int flags, struct timespec *ts)
{
	struct limit limit;
	int rc = limit_begin(&limit, ts), how = flags & ~MSG_WAITFORONE;
	unsigned i = 0;

	if (rc == 0 && s->so_error && sock_lock(fd, s)) {
		rc = -sock_take_error(s);
		sock_unlock(s);
	}
	while (rc == 0 && i < n && !limit.over) {
		rc = recv_one(fd, s, &m[i], how);
		if (rc < 0)
			break;
		i++;
		limit_look(&limit);
		if (flags & MSG_WAITFORONE)
			how |= MSG_DONTWAIT;
	}
	if (i && rc < 0 && rc != -EAGAIN && rc != -EINTR && sock_lock(fd, s)) {
		s->so_error = -rc;
		sock_unlock(s);
	}
	if (i)
		rc = limit_end(&limit);
	return i && rc == 0 ? (int)i : rc;
}

int call_recvmmsg(int fd, struct mmsghdr *m, unsigned n, int flags,
		  struct timespec *ts)
{
	struct sock *s = io_receives(fd);
	unsigned i;
	int rc;

	if (__builtin_expect(s != NULL, 0))
		return (int)ret_errno(recv_some(fd, s, m, n, flags, ts));
	rc = host.recvmmsg(fd, m, n, flags, ts);
	for (i = 0; rc > 0 && i < (unsigned)rc; i++)
		numbers_came(&m[i].msg_hdr);
	return rc;
}

/* Not ours, but connections of ours may be in it. */
static int foreign_sendmmsg(int fd, struct mmsghdr *m, unsigned n, int flags)
{
	bool any = false;
	ssize_t rc = 0;
	unsigned i;

	for (i = 0; i < n && i < IOV_LIMIT && !any; i++)
		any = passes(&m[i].msg_hdr);
	if (!any)
		return host.sendmmsg(fd, m, n, flags);
	for (i = 0; i < n && i < IOV_LIMIT; i++) {
		rc = call_sendmsg(fd, &m[i].msg_hdr, flags);
		if (rc < 0)
			break;
		m[i].msg_len = (unsigned)rc;
	}
	return i ? (int)i : (int)rc;
}

/* 1: sent whole, 0: a part, which ends the call. */
static int send_one(int fd, struct sock *s, struct mmsghdr *m, int flags)
{
	ssize_t rc = stack_sendmsg(fd, s, &m->msg_hdr, flags);
	unsigned n = (unsigned)rc;

	if (rc < 0)
		return (int)rc;
	if (ix_user_put(&m->msg_len, &n, sizeof(n)) < 0)
		return -EFAULT;
	return s->type == SOCK_DGRAM ||
	       (size_t)rc == iov_bytes(m->msg_hdr.msg_iov,
				       (int)m->msg_hdr.msg_iovlen);
}

int call_sendmmsg(int fd, struct mmsghdr *m, unsigned n, int flags)
{
	struct sock *s = fd_sock_fast(fd);
	unsigned i;
	int rc = 1;

	if (__builtin_expect(!s || !sends(s), 1))
		return foreign_sendmmsg(fd, m, n, flags);
	for (i = 0; rc == 1 && i < n && i < IOV_LIMIT; i++) {
		rc = send_one(fd, s, &m[i], flags);
		if (rc < 0)
			break;
	}
	return i ? (int)i : (int)ret_errno(rc < 0 ? rc : 0);
}

/*
 * sendfile: read a piece, queue what fits
 */
#define PIECE 16384

static ssize_t send_piece(int out, struct sock *s, const char *buf, size_t n,
			  bool more)
{
	struct iovec iov = { .iov_base = (void *)buf, .iov_len = n };

	return sock_ops_of(s)->send(out, s, &iov, 1, more ? MSG_MORE : 0);
}

static ssize_t send_from(int out, struct sock *s, int in, off_t at, size_t n)
{
	char *buf = malloc(PIECE); /* a thread's stack may be of that size */
	size_t done = 0;
	ssize_t got, put = 0;

	if (!buf)
		return -ENOMEM;
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
	free(buf);
	return done ? (ssize_t)done : put;
}

static ssize_t stack_sendfile(int out, struct sock *s, int in, off_t *off,
			      size_t n)
{
	struct stat st;
	ssize_t done;
	off_t at;

	if (!off)
		at = lseek(in, 0, SEEK_CUR);
	else if (ix_user_get(&at, off, sizeof(at)) < 0)
		return -EFAULT;
	if (fstat(in, &st) < 0)
		return -errno;
	if (s->type != SOCK_STREAM || at < 0 ||
	    !(S_ISREG(st.st_mode) || S_ISBLK(st.st_mode) ||
	      S_ISCHR(st.st_mode)))
		return -EINVAL;
	/* the last piece must be known as such */
	if (S_ISREG(st.st_mode) && (size_t)(st.st_size - at) < n)
		n = at < st.st_size ? (size_t)(st.st_size - at) : 0;
	done = send_from(out, s, in, at, n);
	if (done <= 0)
		return done;
	at += done;
	if (!off)
		lseek(in, at, SEEK_SET);
	else if (ix_user_put(off, &at, sizeof(at)) < 0)
		return -EFAULT;
	return done;
}

ssize_t call_sendfile(int out, int in, off_t *off, size_t n)
{
	struct sock *s = fd_sock_fast(out);
	ssize_t done;
	int state;

	if (__builtin_expect(!s || s->world != WORLD_STACK, 1))
		return host.sendfile(out, in, off, n);
	/* it is no cancellation point, and what it calls are */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	done = stack_sendfile(out, s, in, off, n);
	pthread_setcancelstate(state, NULL);
	return ret_errno(done);
}

ssize_t call_sendfile64(int out, int in, off64_t *off, size_t n)
{
	return call_sendfile(out, in, off, n);
}
