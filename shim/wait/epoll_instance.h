/* SPDX-License-Identifier: MIT */
/*
 * epoll_instance.h - life of an epoll instance, and what the kernel's shows of it
 */
#ifndef IX_SHIM_EPOLL_INSTANCE_H
#define IX_SHIM_EPOLL_INSTANCE_H

#include "base/raw.h"
#include "shim/wait/epoll_ready.h"

/* Before the start: fd_ops. */
void epoll_init(void);

/* epoll_ctl() of the kernel's instance; errno is set. */
static inline int epoll_real_ctl(int epfd, int op, int fd,
				 struct epoll_event *ev)
{
	return (int)raw_call(SYS_epoll_ctl, epfd, op, fd, ev);
}

/* That of the descriptor epfd, made if there is none; NULL: it is no epoll. */
struct epoll *epoll_instance(int epfd);
/* Threads of this process that sleep in the kernel's instance alone, after the
 * change. */
int epoll_kernel_waiters(int epfd, int change);
/* Give ep its eventfd in the kernel's instance. */
void epoll_make_kick(struct epoll *ep, int epfd);
/* Somebody polls the epoll fd itself: keep its kernel side in step. */
void epoll_nested(struct epoll *ep, int fd);
/* ... of all such instances, before the kernel is asked. */
void epoll_show_nested(void);

#endif
