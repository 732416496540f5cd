/* SPDX-License-Identifier: MIT */
/*
 * epoll_instance.h - life of an epoll instance, and its side in the kernel
 */
#ifndef IX_SHIM_EPOLL_INSTANCE_H
#define IX_SHIM_EPOLL_INSTANCE_H

#include "base/raw.h"
#include "shim/wait/epoll_ready.h"

/* Before the instance starts: set the row of fd_ops. */
void epoll_init(void);

/* epoll_ctl(2) on the kernel's instance: 0, or -1 with errno. */
static inline int epoll_real_ctl(int epfd, int op, int fd,
				 struct epoll_event *ev)
{
	return (int)raw_call(SYS_epoll_ctl, epfd, op, fd, ev);
}

/* The instance of the descriptor epfd, made if there is none yet. NULL: epfd is
 * no epoll descriptor, or memory is short. */
struct epoll *epoll_instance(int epfd);
/* Add change to the number of threads of this process that sleep in the
 * kernel's instance alone, and return it. */
int epoll_kernel_waiters(int epfd, int change);
/* Put an eventfd for ep into the kernel's instance, if it has none
 * (ep->kick). */
void epoll_make_kick(struct epoll *ep, int epfd);
/* The descriptor fd of ep is polled itself: from now on the kernel's side shows
 * whether the stack's side is ready. */
void epoll_nested(struct epoll *ep, int fd);
/* Bring the kernel's side of all such instances up to date, before it is
 * asked. */
void epoll_show_nested(void);

#endif
