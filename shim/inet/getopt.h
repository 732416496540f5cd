/* SPDX-License-Identifier: MIT */
/*
 * getopt.h - getsockopt
 */
#ifndef IX_SHIM_GETOPT_H
#define IX_SHIM_GETOPT_H

#include "shim/object/sock.h"

/* Of a socket that is not the kernel's for good; 0, -errno. */
int inet_getopt(int fd, struct sock *s, int level, int name, void *val,
		socklen_t *len);

#endif
