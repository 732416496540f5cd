/* SPDX-License-Identifier: MIT */
/*
 * cmsgs - messages with control data: one is sent, what came is looked through.
 */
#ifndef IX_POSIX_CMSGS_H
#define IX_POSIX_CMSGS_H

#include "check.h"

struct received {
	struct msghdr m;
	struct iovec iov;
	ssize_t n;
	char data[2048];
	union {
		char buf[512];
		struct cmsghdr align;
	} control;
};

static inline void receive(int fd, struct received *in, int flags)
{
	memset(in, 0, sizeof(*in));
	in->iov = (struct iovec){ in->data, sizeof(in->data) };
	in->m = (struct msghdr){ .msg_iov = &in->iov,
				 .msg_iovlen = 1,
				 .msg_control = in->control.buf,
				 .msg_controllen = sizeof(in->control) };
	in->n = recvmsg(fd, &in->m, flags);
	OK(in->n);
}

/* The data of the one of this level and type, NULL if there is none. */
static inline void *control_of(struct received *in, int level, int type,
			       size_t size)
{
	struct cmsghdr *h;

	for (h = CMSG_FIRSTHDR(&in->m); h; h = CMSG_NXTHDR(&in->m, h)) {
		if (h->cmsg_level != level || h->cmsg_type != type)
			continue;
		CHECK(h->cmsg_len >= CMSG_LEN(size));
		return CMSG_DATA(h);
	}
	return NULL;
}

/* An int in it, -1 if there is none. */
static inline int control_int(struct received *in, int level, int type)
{
	int value = -1;
	void *p = control_of(in, level, type, sizeof(value));

	if (p)
		memcpy(&value, p, sizeof(value));
	return value;
}

/* One control message goes along; `to` may be NULL. */
static inline ssize_t send_with(int fd, const struct sockaddr *to,
				socklen_t to_len, const void *data, size_t len,
				int level, int type, const void *value,
				size_t size)
{
	union {
		char buf[256];
		struct cmsghdr align;
	} u = { { 0 } };
	struct iovec iov = { (void *)(uintptr_t)data, len };
	struct msghdr m = { .msg_name = (void *)(uintptr_t)to,
			    .msg_namelen = to_len,
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = u.buf,
			    .msg_controllen = CMSG_SPACE(size) };

	u.align.cmsg_level = level;
	u.align.cmsg_type = type;
	u.align.cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(&u.align), value, size);
	return sendmsg(fd, &m, MSG_NOSIGNAL);
}

#endif
