/* SPDX-License-Identifier: MIT */
/*
 * sock.h - open file descriptions of the shim, in memory shared by all forks
 *
 * A struct sock is what Linux calls an open file description of an
 * AF_INET/AF_INET6 socket: dup and fork share it, refs counts file descriptors
 * in all processes. It begins with its libix object, so a cookie is a sock.
 */
#ifndef IX_SHIM_SOCK_H
#define IX_SHIM_SOCK_H

#include <sys/socket.h>

#include "ix/libix.h"

/*
 * Where a socket lives. FRESH: a kernel socket whose world is not decided.
 * KERNEL: decided, not ours. STACK: ours, the fd is a placeholder. BOTH: a
 * wildcard listener or an unconnected UDP socket; the fd is a kernel socket.
 */
#define SOCK_WORLD_LIST(X)                         \
	X(FRESH, "no address yet")                 \
	X(KERNEL, "address belongs to the kernel") \
	X(STACK, "served by the stack")            \
	X(BOTH, "wildcard: served by the stack and the kernel")

enum sock_world {
#define X(name, text) SOCK_##name,
	SOCK_WORLD_LIST(X)
#undef X
};

enum sock_state {
	SS_INIT, /* nothing yet, or bound */
	SS_LISTEN,
	SS_CONNECTING,
	SS_CONNECTED,
	SS_DONE, /* was connected; dead or refused */
};

struct watch;

struct sock {
	union {
		struct ix_obj o;
		struct ix_conn c;
		struct ix_listener l;
		struct ix_udp u;
	};
	uint32_t refs;	  /* fds in all processes; atomic */
	uint8_t type;	  /* SOCK_STREAM, SOCK_DGRAM */
	uint8_t family;	  /* AF_INET, AF_INET6 */
	uint8_t world;	  /* enum sock_world */
	uint8_t state;	  /* enum sock_state */
	uint8_t nonblock; /* O_NONBLOCK, of the description */
	uint8_t shut;	  /* 1: SHUT_RD, 2: SHUT_WR done */
	uint8_t v6only;
	uint8_t reason;	    /* of KERNEL: why, see fds.c */
	uint8_t relays;	    /* that the owner runs for it, see relay.h */
	uint8_t zc_pending; /* calls with MSG_ZEROCOPY are to be told of */
	int so_error;	    /* pending SO_ERROR */
	uint32_t relay_asked, relay_answered; /* see relay_first() */
	int64_t rcvtimeo_ns, sndtimeo_ns;     /* 0: none; < 0: do not wait */
	struct watch *watches;	/* who waits; see watch.h; under the et lock */
	struct sock_priv *priv; /* options, backlog queue, ...; sock.c */
};

/*
 * The interface between sockets (sock.c, tcp.c, udp.c) and waiting (watch.c,
 * epoll.c, poll.c).
 */

/* Level state of the stack's side (without the lock: a moment ago): POLLIN, POLLOUT, POLLHUP,
 * POLLRDHUP, POLLERR, POLLPRI as poll(2) defines them. */
unsigned sock_poll(const struct sock *s);

/* Locked. New readiness of s (an edge, also when the level was already up,
 * as EPOLLET needs): tells epoll items and waiting threads. */
void watch_notify(struct sock *s, unsigned events);

/* Locked. s goes away, all fds are closed: drop epoll items, wake waiters. */
void watch_closed(struct sock *s);

/*
 * Block until sock_poll(s) & events, or the timeout. The caller holds no
 * lock. kernel_fd >= 0: that fd counts too (world BOTH): readiness of it for
 * `events` ends the wait as well. 0, -EAGAIN (time is up), -EINTR (a handler
 * without SA_RESTART ran). Drives the elastic thread meanwhile.
 */
int sock_wait(struct sock *s, unsigned events, int64_t timeout_ns,
	      int kernel_fd);

/*
 * Table of this process: what an fd number is. One load for a foreign fd.
 */
enum fd_kind { FD_NONE, FD_SOCK, FD_EPOLL };

struct fdent {
	void *obj; /* struct sock or struct epoll */
	enum fd_kind kind;
};

/* kind FD_NONE when fd is not ours (also out of range). */
struct fdent fd_lookup(int fd);
struct sock *fd_sock(int fd);	/* NULL: not ours */
struct epoll *fd_epoll(int fd); /* NULL: not ours */
void fd_install(int fd, enum fd_kind kind, void *obj);
void fd_clear(int fd);

/* After a call of the program returned events of the stack, its writes wait
 * for the end of the round (the next wait). Thread-local. */
void round_begin(void);
/* Issue what waits; called at the start of every wait and by fork, exit. */
void round_end(void);
int round_active(void);

#endif
