/* SPDX-License-Identifier: MIT */
/*
 * name.h - names of sockets as calls take and give them
 */
#ifndef IX_SHIM_NAME_H
#define IX_SHIM_NAME_H

#include "shim/host/addr.h"

/* Copy a name that a call was given. 0, -EINVAL for its length, -EFAULT. */
int name_take(struct sockaddr_storage *to, const struct sockaddr *addr,
	      socklen_t len);
/*
 * Write the name of n bytes where *len bytes are. *len becomes its true length.
 * 0, -EINVAL, -EFAULT.
 */
int name_put(const void *name, socklen_t n, struct sockaddr *addr,
	     socklen_t *len);
int name_give(const struct endpoint *ep, int family, struct sockaddr *addr,
	      socklen_t *len);

#endif
