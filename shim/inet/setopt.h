/* SPDX-License-Identifier: MIT */
/*
 * setopt.h - setsockopt
 */
#ifndef IX_SHIM_SETOPT_H
#define IX_SHIM_SETOPT_H

#include "shim/object/sock.h"

/* setsockopt(2) of a socket of the shim, but for those in WORLD_KERNEL; 0, or
 * -errno. */
int inet_setopt(int fd, struct sock *s, int level, int name, const void *val,
		socklen_t len);

#endif
