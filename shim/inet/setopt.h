/* SPDX-License-Identifier: MIT */
/*
 * setopt.h - setsockopt
 */
#ifndef IX_SHIM_SETOPT_H
#define IX_SHIM_SETOPT_H

#include "shim/object/sock.h"

/* Of a socket that is not the kernel's for good; 0, -errno. */
int inet_setopt(int fd, struct sock *s, int level, int name, const void *val,
		socklen_t len);

#endif
