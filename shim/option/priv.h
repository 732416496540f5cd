/* SPDX-License-Identifier: MIT */
/*
 * priv.h - the sockets' half of a socket: options, addresses, backlog, life
 */
#ifndef IX_SHIM_PRIV_H
#define IX_SHIM_PRIV_H

#include <errno.h>
#include <stdio.h>

#include "libix/share/lock.h"
#include "shim/host/addr.h"
#include "shim/option/opts.h"
#include "shim/object/root.h"
#include "shim/object/sock.h"
#include "shim/option/udp_opts.h"

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

/* A peer that waits to be accepted. */
struct knock {
	struct knock *next;
	unsigned et; /* elastic thread that has the connection */
	struct ix_event ev;
};

enum bound {
	BOUND_NO,
	BOUND_ANY, /* a wildcard; the kernel's socket holds the port */
	BOUND_OWN, /* an address of the stack */
};

struct sock_priv {
	struct opts opts;
	struct cold *cold;	    /* options that few set; NULL: none */
	struct filter_prog *filter; /* UDP: SO_ATTACH_FILTER */
	uint32_t zc_next, zc_told;  /* TCP: calls with MSG_ZEROCOPY */
	uint64_t cookie;	    /* SO_COOKIE, once it was asked for */
	struct endpoint local;	    /* as bound */
	struct endpoint peer;	    /* of connect() */
	uint8_t bound;		    /* enum bound */
	uint8_t has_peer;	    /* UDP: connected */
	uint8_t turn;		    /* UDP: which world to receive from next */
	uint8_t listed;		    /* in the list of bound.c */
	uint8_t untold;	    /* TCP: no connect() has said how it ended */
	uint8_t owner_sig;  /* F_SETSIG */
	int32_t owner;	    /* F_SETOWN */
	int32_t flags;	    /* of F_SETFL, but for O_NONBLOCK */
	uint8_t port_given; /* bind() named the port */
	struct sock *bound_next;
	struct ix_lock knock_lock; /* of what follows, and of the watches */
	uint32_t nknocks;
	struct knock *knock_head, *knock_tail;
	struct udp_opts udp;
};

/* A socket as the pool holds it; the pool's link must not overwrite o.et,
 * which a thread that lost a race with close() may still read. */
struct sock_box {
	void *link;
	struct sock s __attribute__((aligned(64)));
	struct sock_priv p;
};

/* A time limit of a socket as sock_wait() takes it. */
static inline int64_t no_limit(int64_t ns)
{
	return ns > 0 ? ns : ns < 0 ? 0 : -1;
}

/* refs 1, world FRESH; NULL: out of memory. */
struct sock *sock_new(int type, int family);
/* Give up one reference; the last one closes. */
void sock_unref(struct sock *s);
/* Locked, refs 0: back to the pool. */
void sock_free(struct sock *s);

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

/* Locked. FRESH or BOTH -> STACK: the descriptors become placeholders. 0, -errno */
int sock_to_stack(int fd, struct sock *s);
/* The same, not locked. */
int sock_leave_kernel(int fd, struct sock *s);
/* Not locked. -> KERNEL, and as far as possible off our books. */
void sock_to_kernel(int fd, struct sock *s, enum why why);
/* STACK or BOTH, without an object of the stack -> FRESH: the descriptors
 * become a new socket of the kernel. 0, -errno */
int sock_to_fresh(int fd, struct sock *s);

/* 1, 2: the stack serves the destination; 0: the kernel. */
int sock_route(const struct ix_addr *ip);
/* May this program bind the port, as the kernel sees it? */
bool sock_port_allowed(uint16_t port);
/* A destination that is any address is this host, as Linux has it: the address
 * of the socket itself, or loopback. */
void sock_here(const struct sock *s, struct endpoint *to);
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
bool sock_peer_here(const struct sock *s);
/*
 * Locked. What the stack has sent to itself arrives, and so do the answers. On
 * Linux that is over when a call returns: a program that looks for it without
 * waiting finds it, however soon it looks.
 */
void sock_settle(unsigned et);

/* fds.c: struct ix_handlers.describe_fds */
int fds_describe(int pid, int out_fd);
/* ... of the descriptors in list, each a line "number link". */
int fds_describe_listed(int pid, FILE *list, int out_fd);
extern const char *const why_text[];

/* For ix_start(). */
extern const struct ix_handlers sock_handlers;

/* result or -errno, as the C library returns it */
static inline ssize_t ret_errno(ssize_t rc)
{
	if (__builtin_expect(rc < 0, 0)) {
		errno = (int)-rc;
		return -1;
	}
	return rc;
}

#endif
