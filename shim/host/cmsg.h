/* SPDX-License-Identifier: MIT */
/*
 * cmsg.h - control messages (ancillary data) of struct msghdr
 */
#ifndef IX_SHIM_CMSG_H
#define IX_SHIM_CMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define CMSG_FDS_MAX 253 /* the kernel's SCM_MAX_FD */

/* Room for one descriptor. */
union cmsg_fd {
	char buf[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

/* The walk over the control messages that a program gave, as the kernel makes
 * it. One that is not cmsg_ok() must not be looked at, and ends the walk. */
static inline const struct cmsghdr *cmsg_first(const struct msghdr *m)
{
	return m->msg_controllen >= sizeof(struct cmsghdr) ? m->msg_control :
							     NULL;
}

static inline size_t cmsg_offset(const struct msghdr *m,
				 const struct cmsghdr *c)
{
	return (size_t)((const char *)c - (const char *)m->msg_control);
}

static inline bool cmsg_ok(const struct msghdr *m, const struct cmsghdr *c)
{
	return c->cmsg_len >= sizeof(*c) &&
	       c->cmsg_len <= m->msg_controllen - cmsg_offset(m, c);
}

static inline const struct cmsghdr *cmsg_next(const struct msghdr *m,
					      const struct cmsghdr *c)
{
	size_t at = cmsg_offset(m, c) + CMSG_ALIGN(c->cmsg_len);

	if (at + sizeof(*c) > m->msg_controllen)
		return NULL;
	return (const void *)((const char *)m->msg_control + at);
}

/* Check msg_control: 0, -ENOBUFS (too long), -EFAULT (NULL, but of some
 * length). */
int cmsg_check_room(const struct msghdr *m);
/* Check a message of SOL_SOCKET: 0, or the -errno with which Linux refuses
 * it. */
int cmsg_check_socket(const struct cmsghdr *c);
/* Check all messages for a stream, which heeds those of SOL_SOCKET alone. */
int cmsg_check_stream(const struct msghdr *m);
/* Append a message behind the *used bytes; set MSG_CTRUNC where it does not
 * fit. */
void cmsg_put(struct msghdr *m, size_t *used, int level, int type,
	      const void *data, size_t len);

/* Call fn for each descriptor that m passes by SCM_RIGHTS; fn may change it. */
void cmsg_each_fd(struct msghdr *m, void (*fn)(int *fd, void *arg), void *arg);
/* Make m pass fd by SCM_RIGHTS; u is its control buffer. */
void cmsg_put_fd(struct msghdr *m, union cmsg_fd *u, int fd);
/* The descriptor that came with m; -1: none. */
int cmsg_get_fd(struct msghdr *m);

#endif
