/* SPDX-License-Identifier: MIT */
/*
 * epoll_item.h - the sockets that an epoll instance watches
 *
 * All are called under the lock of the socket's elastic thread.
 */
#ifndef IX_SHIM_EPOLL_ITEM_H
#define IX_SHIM_EPOLL_ITEM_H

#include "shim/wait/epoll_ready.h"

/* NULL: there is none. */
struct epitem *item_find(struct epoll *ep, struct sock *s, int fd);
/* As epoll_ctl(2): 0, -errno. */
int item_add(struct epoll *ep, struct sock *s, int fd,
	     const struct epoll_event *ev);
int item_mod(struct epoll *ep, struct sock *s, int fd,
	     const struct epoll_event *ev);
int item_del(struct epoll *ep, struct sock *s, int fd);
/* The item and its watch go. */
void item_free(struct epitem *i);

/* s goes away, all its descriptors are closed: drop epoll items, wake waiters. */
void watch_closed(struct sock *s);

#endif
