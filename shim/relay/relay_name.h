/* SPDX-License-Identifier: MIT */
/*
 * relay_name.h - how a relayed connection shows its addresses
 */
#ifndef IX_SHIM_RELAY_NAME_H
#define IX_SHIM_RELAY_NAME_H

#include "shim/object/sock.h"

/* Bind the ends of the socket pair to names that hold the addresses of the
 * connection s, to which fd refers. */
void relay_name_pair(int fd, struct sock *s, const int pair[2]);
/* getsockname() or getpeername() (real) of a descriptor of the kernel; where
 * that is an end of a relay, the connection's address. 0, or -errno. */
typedef int name_fn(int fd, struct sockaddr *addr, socklen_t *len);
int relay_name(name_fn *real, int fd, struct sockaddr *addr, socklen_t *len);

#endif
