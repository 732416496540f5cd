// SPDX-License-Identifier: MIT
/*
 * cmsg_fd.c - ancillary data: descriptors
 */
#include <string.h>

#include "shim/host/cmsg.h"

static size_t fds_of(const struct cmsghdr *c)
{
	if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len < CMSG_LEN(0))
		return 0;
	return (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
}

void cmsg_each_fd(struct msghdr *m, void (*fn)(int *fd, void *arg), void *arg)
{
	const struct cmsghdr *c;
	size_t i, n;
	int fd;

	for (c = cmsg_first(m); c && cmsg_ok(m, c); c = cmsg_next(m, c)) {
		n = fds_of(c);
		for (i = 0; i < n; i++) {
			unsigned char *at =
				(unsigned char *)CMSG_DATA(c) + i * sizeof(fd);

			memcpy(&fd, at, sizeof(fd));
			fn(&fd, arg);
			/* the program's own memory may be read-only */
			if (memcmp(at, &fd, sizeof(fd)) != 0)
				memcpy(at, &fd, sizeof(fd));
		}
	}
}

void cmsg_put_fd(struct msghdr *m, union cmsg_fd *u, int fd)
{
	struct cmsghdr *c;

	m->msg_control = u->buf;
	m->msg_controllen = sizeof(u->buf);
	c = CMSG_FIRSTHDR(m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
}

static void keep(int *fd, void *arg)
{
	*(int *)arg = *fd;
}

int cmsg_get_fd(struct msghdr *m)
{
	int fd = -1;

	cmsg_each_fd(m, keep, &fd);
	return fd;
}
