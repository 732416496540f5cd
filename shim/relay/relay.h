/* SPDX-License-Identifier: MIT */
/*
 * relay.h - a connection of the stack as a stream of the kernel
 *
 * Over exec and SCM_RIGHTS the program's descriptor becomes one end of a pair
 * of unix stream sockets. The other end goes to the owner process, which
 * copies bytes between it and the connection, of which it holds a reference.
 *
 * Messages on ix_info()->relay_fd: struct handover with the end as SCM_RIGHTS,
 * or one byte (the bell): look at the connections. relay_rung keeps the bell
 * from being rung twice.
 */
#ifndef IX_SHIM_RELAY_H
#define IX_SHIM_RELAY_H

#include "shim/object/root.h"
#include "shim/object/sock.h"

struct handover {
	struct sock *s; /* comes with a reference */
	uint64_t eager; /* take bytes off the connection at once */
};

/* Set in the owner, who looks at relay_rung before it sleeps. */
extern bool relay_silent;
void relay_ring(void);
void relay_wake_owner(void);

/* Something happened to s: the owner may have to look. */
static inline void relay_note(const struct sock *s)
{
	if (__builtin_expect(s->relays, 0))
		relay_ring();
}

void relay_settle(struct sock *s);

/*
 * Before s is written to or shut down: what other programs have written to
 * their streams by now goes first. Not locked.
 */
static inline void relay_first(struct sock *s)
{
	if (__builtin_expect(s->relays, 0))
		relay_settle(s);
}

/* An image may be executed: relay the connections that it inherits as
 * descriptors below this number. */
void relay_inherited(uint32_t below);
/* fd is to be a descriptor of another program: relay it if it is a connection
 * of ours. */
void relay_fd(int fd);
/* Does m pass a descriptor of a socket of ours? */
bool relay_passes(const struct msghdr *m);
/* sendmsg() of such a message. As the C library returns it. */
ssize_t relay_sendmsg(int fd, const struct msghdr *m, int flags);

/* relay_name.c: the ends of a pair get the names of the connection fd. */
void relay_name_pair(int fd, const int pair[2]);
/* getsockname() or getpeername() of a descriptor of the kernel. */
typedef int name_fn(int fd, struct sockaddr *addr, socklen_t *len);
int relay_name(name_fn *real, int fd, struct sockaddr *addr, socklen_t *len);

/* relay_owner.c: see struct ix_app_ops. */
int relay_work_fd(void);
int relay_work(int readable);

#endif
