/* SPDX-License-Identifier: MIT */
/*
 * getopt.h - getsockopt
 */
#ifndef IX_SHIM_GETOPT_H
#define IX_SHIM_GETOPT_H

#include "shim/object/sock.h"

/* getsockopt(2) of a socket of the shim, but for those in WORLD_KERNEL; 0, or
 * -errno. */
int inet_getopt(int fd, struct sock *s, int level, int name, void *val,
		socklen_t *len);

#endif
