/* SPDX-License-Identifier: MIT */
/*
 * epoll_half.h - items whose socket the kernel has too
 *
 * All but half_of() are called under the lock of the socket's elastic thread.
 */
#ifndef IX_SHIM_EPOLL_HALF_H
#define IX_SHIM_EPOLL_HALF_H

#include "shim/wait/epoll_ready.h"

bool has_half(const struct sock *s);
/* Make the kernel's instance know of i what it has to, or nothing of it. */
int half_set(struct epitem *i, int epfd, bool on);
/* Do these data of the kernel's instance name an item? It may be gone. */
bool half_of(uint64_t data, struct epitem **out);

/* The kernel has s as well from now on, or alone; what watches it is told by the
 * kernel too. Before it has s no more. */
void epoll_follow(struct sock *s);
void epoll_leave_kernel(struct sock *s);

#endif
