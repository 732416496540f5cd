/* SPDX-License-Identifier: MIT */
/*
 * cmsg.h - ancillary data that carries descriptors
 */
#ifndef IX_SHIM_CMSG_H
#define IX_SHIM_CMSG_H

#include <sys/socket.h>

#define CMSG_FDS_MAX 253 /* the kernel's SCM_MAX_FD */

/* Room for one descriptor. */
union cmsg_fd {
	char buf[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

/* fn may change each descriptor that m passes by SCM_RIGHTS. */
void cmsg_each_fd(struct msghdr *m, void (*fn)(int *fd, void *arg), void *arg);
void cmsg_put_fd(struct msghdr *m, union cmsg_fd *u, int fd);
/* The descriptor that came with m; -1: none. */
int cmsg_get_fd(struct msghdr *m);

#endif
