/* SPDX-License-Identifier: MIT */
/*
 * relay_name.h - what a relayed connection says of its addresses
 */
#ifndef IX_SHIM_RELAY_NAME_H
#define IX_SHIM_RELAY_NAME_H

#include "shim/object/sock.h"

/* The ends of a pair get the names of s, a connection, which fd is. */
void relay_name_pair(int fd, struct sock *s, const int pair[2]);
/* getsockname() or getpeername() of a descriptor of the kernel; 0, -errno. */
typedef int name_fn(int fd, struct sockaddr *addr, socklen_t *len);
int relay_name(name_fn *real, int fd, struct sockaddr *addr, socklen_t *len);

#endif
