/* SPDX-License-Identifier: MIT */
/*
 * epoll_ctl.h - epoll_ctl
 */
#ifndef IX_SHIM_EPOLL_CTL_H
#define IX_SHIM_EPOLL_CTL_H

#include <sys/epoll.h>

/* epoll_ctl(2), for a descriptor of either world: 0, or -errno. */
int epoll_ctl_fd(int epfd, int op, int fd, const struct epoll_event *ev);

#endif
