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
#include <sys/uio.h>

#include "ix/libix.h"
#include "libix/share/lock.h"

/*
 * Where a socket lives. FRESH: a kernel socket whose world is not decided.
 * KERNEL: decided, not ours. STACK: ours, the fd is a placeholder. BOTH: a
 * wildcard listener or an unconnected UDP socket; the fd is a kernel socket.
 */
#define WORLD_LIST(X)                              \
	X(FRESH, "no address yet")                 \
	X(KERNEL, "address belongs to the kernel") \
	X(STACK, "served by the stack")            \
	X(BOTH, "wildcard: served by the stack and the kernel")

enum sock_world {
#define X(name, text) WORLD_##name,
	WORLD_LIST(X)
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
struct sock_priv;

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
	uint8_t reason;	    /* of KERNEL: enum why */
	uint8_t relays;	    /* that the owner runs for it, see relay.h */
	uint8_t zc_pending; /* calls with MSG_ZEROCOPY are to be told of */
	uint8_t here;	    /* of a connection: both ends are on this stack */
	int so_error;	    /* pending SO_ERROR */
	uint32_t relay_asked, relay_answered; /* see owner_first() */
	int64_t rcvtimeo_ns, sndtimeo_ns;     /* 0: none; < 0: do not wait */
	struct watch *watches; /* who waits; see watch.h; under the et lock */
	struct ix_lock list_lock; /* of a listener's watches and knocks */
	struct sock_priv *priv;	  /* options, backlog queue, ... */
};

/*
 * What a type of socket does: of streams, of datagrams. Those that are calls of
 * the program return 0, a count or a descriptor, or a negative errno.
 */
struct sock_ops {
	int (*bind)(int fd, struct sock *s, const struct sockaddr *addr,
		    socklen_t len);
	int (*listen)(int fd, struct sock *s, int backlog);
	int (*accept)(int fd, struct sock *s, struct sockaddr *addr,
		      socklen_t *len, int flags);
	int (*connect)(int fd, struct sock *s, const struct sockaddr *addr,
		       socklen_t len);
	/* connect() with AF_UNSPEC */
	int (*disconnect)(int fd, struct sock *s, const struct sockaddr *addr,
			  socklen_t len);
	int (*shutdown)(int fd, struct sock *s, int how);
	ssize_t (*recv)(int fd, struct sock *s, const struct iovec *iov,
			int cnt, int flags);
	ssize_t (*send)(int fd, struct sock *s, const struct iovec *iov,
			int cnt, int flags);
	/* msg_namelen, msg_controllen and msg_flags are updated */
	ssize_t (*recvmsg)(int fd, struct sock *s, struct msghdr *m, int flags);
	ssize_t (*sendmsg)(int fd, struct sock *s, const struct msghdr *m,
			   int flags);
	/* the level state, see sock_poll() */
	unsigned (*poll)(const struct sock *s);
	/* locked: IX_N_* */
	void (*notify)(struct sock *s, unsigned what);
	/* a new one; what it has besides its memory goes */
	void (*init)(struct sock *s);
	void (*drop)(struct sock *s);
	/* locked: its last descriptor is closed; the port to free when it is
	 * unlocked, or 0 */
	uint16_t (*close)(struct sock *s);
};

/* By type; whoever has them sets them before the start. */
extern const struct sock_ops *sock_ops[SOCK_DGRAM + 1];

static inline const struct sock_ops *sock_ops_of(const struct sock *s)
{
	return sock_ops[s->type];
}

/* Why a socket is in the kernel; the text is what ixcp fds shows. */
#define WHY_LIST(X)                                                \
	X(NONE, "")                                                \
	X(LOCAL_ADDR, "bound to an address of the kernel")         \
	X(PEER, "its peer is reached by the kernel")               \
	X(ACCEPTED, "accepted by the kernel's side of a listener") \
	X(V6ONLY, "the stack has no IPv6 address")                 \
	X(PROTOCOL, "protocol that the stack does not serve")      \
	X(STARTING, "made by the dataplane itself")                \
	X(RELAYED, "relayed by the owner since exec")              \
	X(OPTION, "has an option that the stack cannot honour")

enum why {
#define X(name, text) WHY_##name,
	WHY_LIST(X)
#undef X
};

/* Neither connected nor listening: TCP_CLOSE */
static inline bool sock_closed(const struct sock *s)
{
	return s->state == SS_INIT || s->state == SS_DONE;
}

/* A time limit of a socket as sock_wait() takes it. */
static inline int64_t no_limit(int64_t ns)
{
	return ns > 0 ? ns : ns < 0 ? 0 : -1;
}

/* Bytes that a socket takes in its pool, of which its owner has priv_size. */
size_t sock_size(size_t priv_size);
/* refs 1, world FRESH; NULL: out of memory. */
struct sock *sock_new(int type, int family);
/* One more reference to s, unless the last one is gone. */
bool sock_try_ref(struct sock *s);
/* Give up one reference; the last one closes. */
void sock_unref(struct sock *s);
/* Locked, refs 0: back to the pool. */
void sock_free(struct sock *s);

/* The descriptor whose duplicates stand for s. */
int sock_placeholder(const struct sock *s);

/* Lock s as what fd is, or FD_HELD; false: fd is something else by now
 * (unlocked). */
bool sock_lock(int fd, struct sock *s);
static inline void sock_unlock(struct sock *s)
{
	ix_et_unlock(s->o.et);
}
/* Make et the elastic thread of s, if that has no object yet. Not locked. */
void sock_rehome(struct sock *s, unsigned et);
/* Lock s, of which the caller holds a reference. */
void sock_lock_own(struct sock *s);
/* Unlock after calls were queued: send them unless a round gathers more. */
void sock_flush_unlock(struct sock *s);

/* Level state of the stack's side (without the lock: a moment ago): POLLIN,
 * POLLOUT, POLLHUP, POLLRDHUP, POLLERR, POLLPRI as poll(2) defines them. */
static inline unsigned sock_poll(const struct sock *s)
{
	return sock_ops_of(s)->poll(s);
}

/* Set a pending error; take it. */
static inline int sock_take_error(struct sock *s)
{
	int err = s->so_error;

	s->so_error = 0;
	return err;
}

/* Locked. Receive once more if nobody polled just now; true: try again. Before
 * each question that a program may ask until the answer is another: in a guest
 * nobody takes the events in its place. */
bool sock_poll_once(struct sock *s);
/* Locked. Is the other end of its connection on this stack as well? */
static inline bool sock_peer_here(const struct sock *s)
{
	return s->here && s->o.kind == IX_KIND_TCP;
}
/*
 * Locked. What the stack has sent to itself arrives, and so do the answers. On
 * Linux that is over when a call returns: a program that looks for it without
 * waiting finds it, however soon it looks.
 */
void sock_settle(unsigned et);

#endif
