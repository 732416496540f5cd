/* SPDX-License-Identifier: MIT */
/*
 * passing - descriptors in messages of UNIX sockets, a byte of data with them.
 */
#ifndef IX_POSIX_PASSING_H
#define IX_POSIX_PASSING_H

#include "check.h"

#define PASS_MAX 4

union pass_control {
	char buf[CMSG_SPACE(PASS_MAX * sizeof(int))];
	struct cmsghdr align;
};

static inline void pass_prepare(struct msghdr *m, struct iovec *iov, char *c,
				union pass_control *u, const int *fds, size_t n)
{
	struct cmsghdr *h = &u->align;

	*iov = (struct iovec){ .iov_base = c, .iov_len = 1 };
	*m = (struct msghdr){ .msg_iov = iov,
			      .msg_iovlen = 1,
			      .msg_control = u->buf,
			      .msg_controllen = CMSG_SPACE(n * sizeof(int)) };
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(h), fds, n * sizeof(int));
}

static inline void pass_fds(int to, const int *fds, size_t n)
{
	union pass_control u = { 0 };
	struct msghdr m;
	struct iovec iov;
	char c = 'f';

	pass_prepare(&m, &iov, &c, &u, fds, n);
	GIVES(sendmsg(to, &m, 0), 1);
}

/* How many have come, up to n. */
static inline int take_fds(int from, int *fds, size_t n, int flags)
{
	union pass_control u = { 0 };
	char c;
	struct iovec iov = { .iov_base = &c, .iov_len = 1 };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = u.buf,
			    .msg_controllen = CMSG_SPACE(n * sizeof(int)) };
	struct cmsghdr *h;
	size_t got;

	GIVES(recvmsg(from, &m, flags), 1);
	h = CMSG_FIRSTHDR(&m);
	CHECK(h && h->cmsg_type == SCM_RIGHTS);
	got = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(fds, CMSG_DATA(h), got * sizeof(int));
	return (int)got;
}

#endif
