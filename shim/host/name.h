/* SPDX-License-Identifier: MIT */
/*
 * name.h - socket addresses (names) between a program's memory and ours
 */
#ifndef IX_SHIM_NAME_H
#define IX_SHIM_NAME_H

#include "shim/host/addr.h"

/* Copy a socket address from the program: 0, -EINVAL (too long), -EFAULT. */
int name_take(struct sockaddr_storage *to, const struct sockaddr *addr,
	      socklen_t len);
/*
 * Write the socket address of n bytes to the program's memory at addr, which
 * has room for *len bytes; *len becomes n. 0, -EINVAL (*len is negative),
 * -EFAULT. name_give() does so with an endpoint, as a socket address of family.
 */
int name_put(const void *name, socklen_t n, struct sockaddr *addr,
	     socklen_t *len);
int name_give(const struct endpoint *ep, int family, struct sockaddr *addr,
	      socklen_t *len);

#endif
