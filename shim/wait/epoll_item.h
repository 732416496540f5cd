/* SPDX-License-Identifier: MIT */
/*
 * epoll_item.h - the sockets that an epoll instance watches
 *
 * All are called under the lock of the socket's elastic thread.
 */
#ifndef IX_SHIM_EPOLL_ITEM_H
#define IX_SHIM_EPOLL_ITEM_H

#include "shim/wait/epoll_ready.h"

/* The item of the socket s, added as fd; NULL: there is none. */
struct epitem *item_find(struct epoll *ep, struct sock *s, int fd);
/* The operations of epoll_ctl(2): 0, or -errno. */
int item_add(struct epoll *ep, struct sock *s, int fd,
	     const struct epoll_event *ev);
int item_mod(struct epoll *ep, struct sock *s, int fd,
	     const struct epoll_event *ev);
int item_del(struct epoll *ep, struct sock *s, int fd);
/* Take the item out of its instance and off its socket, and free it. */
void item_free(struct epitem *i);

/* All descriptors of s are closed: free its epoll items, wake who waits for
 * it. */
void watch_closed(struct sock *s);

#endif
