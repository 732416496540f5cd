/* SPDX-License-Identifier: MIT */
/*
 * sock.h - open file descriptions of the shim, in memory shared by all forks
 *
 * A struct sock is what Linux calls an open file description of an
 * AF_INET/AF_INET6 socket: dup and fork share it, refs counts file descriptors
 * in all processes. It begins with its libix object, so the cookie of an event
 * is the address of its struct sock.
 *
 * "Locked" before a function of the shim means that the caller holds the lock
 * of the socket's elastic thread (sock_lock()); "not locked", that it must not.
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
	uint32_t refs;	  /* fds in all processes, and holds; atomic */
	uint8_t type;	  /* SOCK_STREAM, SOCK_DGRAM */
	uint8_t family;	  /* AF_INET, AF_INET6 */
	uint8_t world;	  /* enum sock_world */
	uint8_t state;	  /* enum sock_state */
	uint8_t nonblock; /* O_NONBLOCK */
	uint8_t shut;	  /* shutdown() done; bit 0: SHUT_RD, bit 1: SHUT_WR */
	uint8_t v6only;
	uint8_t reason;	    /* in WORLD_KERNEL: enum why */
	uint8_t zc_pending; /* TCP: MSG_ZEROCOPY completions to report */
	uint8_t here;	    /* of a connection: both ends are on this stack */
	uint32_t relays;    /* relays that the owner runs for it, see relay.h */
	int so_error;	    /* pending SO_ERROR */
	uint32_t relay_asked, relay_answered; /* requests of owner_settle() */
	int64_t rcvtimeo_ns, sndtimeo_ns;     /* 0: no limit; < 0: no wait */
	struct watch *watches;	  /* who waits: watch.h. Under the et's lock */
	struct ix_lock list_lock; /* of a listener: for watches and knocks */
	struct sock_priv *priv;	  /* options, backlog queue, ... */
};

/*
 * The operations of a type of sockets. Those that implement a call of the
 * program return 0, a count or a descriptor, or a negative errno.
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
	/* the events that are ready, see sock_poll() */
	unsigned (*poll)(const struct sock *s);
	/* locked: something happened in the stack; what: IX_N_* */
	void (*notify)(struct sock *s, unsigned what);
	/* set up priv of a new socket; free what priv refers to */
	void (*init)(struct sock *s);
	void (*drop)(struct sock *s);
	/* locked: the last descriptor was closed; returns the port that the
	 * caller has to free after unlocking, or 0 */
	uint16_t (*close)(struct sock *s);
};

/* By type (SOCK_*); set by inet_init(), before the instance starts. */
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

/* Is it neither connected nor listening, as TCP_CLOSE of Linux? */
static inline bool sock_closed(const struct sock *s)
{
	return s->state == SS_INIT || s->state == SS_DONE;
}

/* The time limit rcvtimeo_ns or sndtimeo_ns as sock_wait() takes it. */
static inline int64_t no_limit(int64_t ns)
{
	return ns > 0 ? ns : ns < 0 ? 0 : -1;
}

/* Bytes of a socket's object in the pool; priv_size: those of struct
 * sock_priv. */
size_t sock_size(size_t priv_size);
/* A new socket with one reference, in WORLD_FRESH; NULL: out of memory. */
struct sock *sock_new(int type, int family);
/* Add a reference to s; false: the last one is gone already. */
bool sock_try_ref(struct sock *s);
/* Not locked. Drop a reference; the last one closes the socket. */
void sock_unref(struct sock *s);
/* Locked, without references: put s back into the pool. */
void sock_free(struct sock *s);

/* The descriptor of which a duplicate stands in the kernel's table for s. */
int sock_placeholder(const struct sock *s);

/* Lock s, to which fd refers, or of which the caller has a hold (fd FD_HELD).
 * false: fd no longer refers to s, and nothing is locked. */
bool sock_lock(int fd, struct sock *s);
static inline void sock_unlock(struct sock *s)
{
	ix_et_unlock(s->o.et);
}
/* Not locked. Move s to the elastic thread et, if it has no libix object
 * yet. */
void sock_rehome(struct sock *s, unsigned et);
/* Lock s, of which the caller holds a reference. */
void sock_lock_own(struct sock *s);
/* Unlock after batched calls were queued: issue them, unless a round gathers
 * more (round.h). */
void sock_flush_unlock(struct sock *s);

/* What is ready on the stack's side, as poll(2) defines it: POLLIN, POLLOUT,
 * POLLHUP, POLLRDHUP, POLLERR, POLLPRI. Without the lock it may be out of
 * date. */
static inline unsigned sock_poll(const struct sock *s)
{
	return sock_ops_of(s)->poll(s);
}

/* Return the pending error (SO_ERROR), and clear it. */
static inline int sock_take_error(struct sock *s)
{
	int err = s->so_error;

	s->so_error = 0;
	return err;
}

/*
 * Locked. Make a round of the elastic thread, unless this thread made one less
 * than 20 us ago; true: something may have changed, so try again. To be called
 * for each query that a program may repeat until the answer changes: in a guest
 * nobody else takes the events for it.
 */
bool sock_poll_once(struct sock *s);
/* Locked. Is s a connection whose other end is on this stack, too? */
static inline bool sock_peer_here(const struct sock *s)
{
	return s->here && s->o.kind == IX_KIND_TCP;
}
/*
 * Under the lock of et: make rounds (16 at most) until the packets that the
 * stack sent to itself have arrived, and the answers to them. Linux has
 * delivered those when a call returns, so a program may look for them without
 * waiting.
 */
void sock_settle(unsigned et);

#endif
