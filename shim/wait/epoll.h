/* SPDX-License-Identifier: MIT */
/*
 * epoll.h - epoll instances that hold sockets of the stack
 */
#ifndef IX_SHIM_EPOLL_H
#define IX_SHIM_EPOLL_H

#include <signal.h>
#include <sys/epoll.h>

#include "shim/object/sock.h"

struct epitem;
struct epoll;
struct shim_root;

/* Before the start: fd_ops; sizes of the pools in shim_root. */
void epoll_init(void);
void epoll_pools_init(struct shim_root *r);

/* s changed; under the et lock. */
void epitem_notify(struct epitem *i, unsigned events);
/* The item's socket closes; the item and its watch go. */
void epitem_gone(struct epitem *i);

/* An epoll instance, in shared memory; refs: fds in all processes. */
struct epoll *epoll_of(int epfd); /* NULL: it holds no stack socket */
/* Locked: the kernel has s as well from now on, or alone; what watches it is told
 * by the kernel too. Before it has s no more. */
void epoll_follow(struct sock *s);
void epoll_leave_kernel(struct sock *s);
/* Somebody polls the epoll fd itself: keep its kernel side in step. */
void epoll_nested(struct epoll *ep, int fd);
/* ... of all such instances, before the kernel is asked. */
void epoll_show_nested(void);

/* epoll_ctl(2) of any descriptor: 0, -errno. */
int epoll_ctl_fd(int epfd, int op, int fd, const struct epoll_event *ev);
/* epoll_wait(2); timeout_ns < 0: no limit. Events, -errno. */
int epoll_wait_fd(int epfd, struct epoll_event *out, int max,
		  int64_t timeout_ns, const sigset_t *mask);

#endif
