/* SPDX-License-Identifier: MIT */
/*
 * cmsg.h - ancillary data
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

/* What a program gave: the kernel's walk. A message counts if it is ok, and no
 * more may be looked at if it is not. */
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

/* Is there too much of it, or nothing where some is said to be? 0, -errno. */
int cmsg_check_room(const struct msghdr *m);
/* One of SOL_SOCKET: 0, or why Linux refuses it. */
int cmsg_check_socket(const struct cmsghdr *c);
/* All of a message for a stream, which heeds those of SOL_SOCKET alone. */
int cmsg_check_stream(const struct msghdr *m);
/* Put one behind the *used bytes; MSG_CTRUNC where it does not fit. */
void cmsg_put(struct msghdr *m, size_t *used, int level, int type,
	      const void *data, size_t len);

/* fn may change each descriptor that m passes by SCM_RIGHTS. */
void cmsg_each_fd(struct msghdr *m, void (*fn)(int *fd, void *arg), void *arg);
void cmsg_put_fd(struct msghdr *m, union cmsg_fd *u, int fd);
/* The descriptor that came with m; -1: none. */
int cmsg_get_fd(struct msghdr *m);

#endif
