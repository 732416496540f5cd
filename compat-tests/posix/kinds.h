/* SPDX-License-Identifier: MIT */
/*
 * kinds - sockets of every kind and state, on this host's own address.
 */
#ifndef IX_POSIX_KINDS_H
#define IX_POSIX_KINDS_H

#include "roles.h"

#define KINDS(X)                                  \
	X(TCP_FRESH, "fresh TCP")                 \
	X(TCP_BOUND, "bound TCP")                 \
	X(TCP_BOUND_ANY, "wildcard TCP")          \
	X(TCP_LISTENING, "listening TCP")         \
	X(TCP_LISTENING_ANY, "wildcard listener") \
	X(TCP_CONNECTED, "connected TCP")         \
	X(TCP_ACCEPTED, "accepted TCP")           \
	X(UDP_FRESH, "fresh UDP")                 \
	X(UDP_BOUND, "bound UDP")                 \
	X(UDP_BOUND_ANY, "wildcard UDP")          \
	X(UDP_CONNECTED, "connected UDP")         \
	X(UDP_BOUND_CONNECTED, "bound, connected UDP")

enum kind {
#define KIND_ENUM(name, text) name,
	KINDS(KIND_ENUM)
#undef KIND_ENUM
		N_KINDS
};

#define OF(kind) (1u << (kind))
#define OF_LISTENERS (OF(TCP_LISTENING) | OF(TCP_LISTENING_ANY))
#define OF_CONNECTIONS (OF(TCP_CONNECTED) | OF(TCP_ACCEPTED))
#define OF_NO_PEER_TCP (OF(TCP_FRESH) | OF(TCP_BOUND) | OF(TCP_BOUND_ANY))
#define OF_TCP (OF_NO_PEER_TCP | OF_LISTENERS | OF_CONNECTIONS)
#define OF_CONNECTED_UDP (OF(UDP_CONNECTED) | OF(UDP_BOUND_CONNECTED))
#define OF_UDP \
	(OF(UDP_FRESH) | OF(UDP_BOUND) | OF(UDP_BOUND_ANY) | OF_CONNECTED_UDP)
#define OF_ALL (OF_TCP | OF_UDP)

struct made {
	enum kind kind;
	int fd;
	int other; /* the other end of a connection, else -1 */
};

typedef void kind_fn(struct role *r, struct made *m);

/* Calls fn with a new socket of each kind of the set; it may close either. */
void each_kind(struct role *r, unsigned int set, kind_fn *fn);

static inline bool is_of(const struct made *m, unsigned int set)
{
	return set & OF(m->kind);
}

/* An option whose value is an int: two that are read as they were set, one that
 * is out of range (0: there is none). */
struct int_option {
	int name;
	int good[2];
	int bad;
};

/* Sets and reads each of the n options on m. */
void try_int_options(const struct made *m, int level,
		     const struct int_option *options, size_t n);

/* Both ends of a TCP connection of this host: the one that connected first. */
void own_pair(struct role *r, int fd[2]);

/* Two UDP sockets of this host, bound and connected to each other. */
void own_udp(struct role *r, int fd[2]);

/* Bound to this host's own address, a port of the kernel's choice. */
int bound_udp(struct role *r);
int bound_tcp(struct role *r);
union addr name_of(int fd);

#endif
