/* SPDX-License-Identifier: MIT */
/*
 * relay.h - a connection of the stack as a stream of the kernel
 *
 * Over exec and SCM_RIGHTS the program's descriptor becomes one end of a pair
 * of unix stream sockets. The other end goes to the owner process, which
 * copies bytes between it and the connection, of which it holds a reference.
 *
 * Messages on ix_fds()->relay: struct handover with the end as SCM_RIGHTS,
 * or one byte, the bell of owner.h: look at the connections.
 */
#ifndef IX_SHIM_RELAY_H
#define IX_SHIM_RELAY_H

#include "shim/object/root.h"
#include "shim/object/sock.h"

struct handover {
	struct sock *s; /* with a reference, which passes to the owner */
	/* not 0: read from the connection at once; 0: only when relays have all
	 * references to it, or when the other program has written */
	uint64_t eager;
};

/* An image may be executed: relay the connections that it inherits as
 * descriptors with numbers below this one. */
void relay_inherited(uint32_t below);
/* fd is to be a descriptor of another program: relay it if it is a connection
 * of ours. */
void relay_fd(int fd);
/* Does m pass a descriptor of a socket of ours? */
bool relay_passes(const struct msghdr *m);
/* sendmsg() of such a message; bytes, -errno. */
ssize_t relay_sendmsg(int fd, const struct msghdr *m, int flags);

#endif
