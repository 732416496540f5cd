/* SPDX-License-Identifier: MIT */
/*
 * epoll_half.h - items whose socket the kernel has too
 *
 * The half of an item is the registration of its socket in the kernel's epoll
 * instance. All but half_of() are called under the lock of the socket's elastic
 * thread.
 */
#ifndef IX_SHIM_EPOLL_HALF_H
#define IX_SHIM_EPOLL_HALF_H

#include "shim/wait/epoll_ready.h"

/* Must the kernel's instance watch s, too, where s is in an epoll? */
bool has_half(const struct sock *s);
/* Add the half of i to the kernel's instance epfd or change it (on), or take it
 * out: 0, or -errno. */
int half_set(struct epitem *i, int epfd, bool on);
/* Are these data of an event of the kernel's instance those of a half? The item
 * is *out; it may have been freed since. */
bool half_of(uint64_t data, struct epitem **out);

/* s has moved to WORLD_BOTH or WORLD_KERNEL (or become fresh): give the items
 * that watch it their halves. The second one takes the halves out, before s
 * leaves the kernel. */
void epoll_follow(struct sock *s);
void epoll_leave_kernel(struct sock *s);

#endif
