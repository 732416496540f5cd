/* SPDX-License-Identifier: MIT */
/*
 * opts.h - socket options that are kept, and what the stack does with them
 *
 * An option is set on the kernel's socket while that is all there is, and
 * recorded here; when the socket becomes the stack's, what was recorded goes
 * along.
 */
#ifndef IX_SHIM_OPTS_H
#define IX_SHIM_OPTS_H

#include <linux/in6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "ix/abi.h"

#define OPT_TCP 1
#define OPT_UDP 2
#define OPT_ANY (OPT_TCP | OPT_UDP)
#define OPT_V6 4     /* AF_INET6 sockets only */
#define OPT_STRICT 8 /* a boolean that takes 0 and 1 only */
#define OPT_SOME 16  /* of IP: a value of no bytes is none */
#define NO_IX IX_OPT_MAX

/*
 * Options whose value is one integer:
 * X(id, level, name, sockets, smallest, largest, at first, enum ix_opt)
 * Booleans: largest 1, and any other value counts as 1.
 */
/* clang-format off */
#define OPT_LIST(X) \
	X(REUSEADDR, SOL_SOCKET, SO_REUSEADDR, OPT_ANY, 0, 1, 0, NO_IX) \
	X(REUSEPORT, SOL_SOCKET, SO_REUSEPORT, OPT_ANY, 0, 1, 0, NO_IX) \
	X(KEEPALIVE, SOL_SOCKET, SO_KEEPALIVE, OPT_ANY, 0, 1, 0, \
	  IX_OPT_KEEPALIVE) \
	X(BROADCAST, SOL_SOCKET, SO_BROADCAST, OPT_ANY, 0, 1, 0, NO_IX) \
	X(DONTROUTE, SOL_SOCKET, SO_DONTROUTE, OPT_ANY, 0, 1, 0, NO_IX) \
	X(OOBINLINE, SOL_SOCKET, SO_OOBINLINE, OPT_ANY, 0, 1, 0, NO_IX) \
	X(RCVLOWAT, SOL_SOCKET, SO_RCVLOWAT, OPT_ANY, INT32_MIN, INT32_MAX, \
	  1, NO_IX) \
	X(NODELAY, IPPROTO_TCP, TCP_NODELAY, OPT_TCP, 0, 1, 0, \
	  IX_OPT_NODELAY) \
	X(CORK, IPPROTO_TCP, TCP_CORK, OPT_TCP, 0, 1, 0, IX_OPT_CORK) \
	X(MAXSEG, IPPROTO_TCP, TCP_MAXSEG, OPT_TCP, 88, 32767, 536, \
	  IX_OPT_MAXSEG) \
	X(KEEPIDLE, IPPROTO_TCP, TCP_KEEPIDLE, OPT_TCP, 1, 32767, 7200, \
	  IX_OPT_KEEPIDLE) \
	X(KEEPINTVL, IPPROTO_TCP, TCP_KEEPINTVL, OPT_TCP, 1, 32767, 75, \
	  IX_OPT_KEEPINTVL) \
	X(KEEPCNT, IPPROTO_TCP, TCP_KEEPCNT, OPT_TCP, 1, 127, 9, \
	  IX_OPT_KEEPCNT) \
	X(USER_TIMEOUT, IPPROTO_TCP, TCP_USER_TIMEOUT, OPT_TCP, 0, \
	  INT32_MAX, 0, IX_OPT_USER_TIMEOUT) \
	X(QUICKACK, IPPROTO_TCP, TCP_QUICKACK, OPT_TCP, 0, 1, 1, \
	  IX_OPT_QUICKACK) \
	X(LINGER2, IPPROTO_TCP, TCP_LINGER2, OPT_TCP, INT32_MIN, INT32_MAX, \
	  60, IX_OPT_LINGER2) \
	X(DEFER_ACCEPT, IPPROTO_TCP, TCP_DEFER_ACCEPT, OPT_TCP, INT32_MIN, \
	  INT32_MAX, 0, IX_OPT_DEFER) \
	X(FASTOPEN, IPPROTO_TCP, TCP_FASTOPEN, OPT_TCP, 0, INT32_MAX, 0, \
	  NO_IX) \
	X(SYNCNT, IPPROTO_TCP, TCP_SYNCNT, OPT_TCP, 1, 127, 6, IX_OPT_SYNCNT) \
	X(NOTSENT_LOWAT, IPPROTO_TCP, TCP_NOTSENT_LOWAT, OPT_TCP, INT32_MIN, \
	  INT32_MAX, 0, IX_OPT_NOTSENT) \
	X(WINDOW_CLAMP, IPPROTO_TCP, TCP_WINDOW_CLAMP, OPT_TCP, INT32_MIN, \
	  INT32_MAX, 0, IX_OPT_CLAMP) \
	X(INQ, IPPROTO_TCP, TCP_INQ, OPT_TCP | OPT_STRICT, 0, 1, 0, NO_IX) \
	X(TOS, IPPROTO_IP, IP_TOS, OPT_ANY, INT32_MIN, INT32_MAX, 0, \
	  IX_OPT_TOS) \
	X(TTL, IPPROTO_IP, IP_TTL, OPT_ANY | OPT_SOME, 1, 255, 64, \
	  IX_OPT_TTL) \
	X(MINTTL, IPPROTO_IP, IP_MINTTL, OPT_ANY | OPT_SOME, 0, 255, 0, \
	  IX_OPT_MINTTL) \
	X(PKTINFO, IPPROTO_IP, IP_PKTINFO, OPT_ANY, 0, 1, 0, NO_IX) \
	X(RECVTOS, IPPROTO_IP, IP_RECVTOS, OPT_ANY, 0, 1, 0, NO_IX) \
	X(RECVTTL, IPPROTO_IP, IP_RECVTTL, OPT_ANY, 0, 1, 0, NO_IX) \
	X(RECVERR, IPPROTO_IP, IP_RECVERR, OPT_ANY, 0, 1, 0, \
	  IX_OPT_RECVERR) \
	X(MTU_DISCOVER, IPPROTO_IP, IP_MTU_DISCOVER, OPT_ANY, 0, 5, 1, \
	  NO_IX) \
	X(BIND_NO_PORT, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, OPT_ANY, 0, 1, \
	  0, NO_IX) \
	X(FREEBIND, IPPROTO_IP, IP_FREEBIND, OPT_ANY | OPT_SOME, 0, 1, 0, \
	  NO_IX) \
	X(V6ONLY, IPPROTO_IPV6, IPV6_V6ONLY, OPT_ANY | OPT_V6, 0, 1, 0, \
	  NO_IX) \
	X(V6PKTINFO, IPPROTO_IPV6, IPV6_RECVPKTINFO, OPT_ANY | OPT_V6, 0, 1, \
	  0, NO_IX) \
	X(TCLASS, IPPROTO_IPV6, IPV6_TCLASS, OPT_ANY | OPT_V6, 0, 255, 0, \
	  NO_IX) \
	X(HOPS, IPPROTO_IPV6, IPV6_UNICAST_HOPS, OPT_ANY | OPT_V6, 0, 255, \
	  64, NO_IX) \
	X(V6RECVTCLASS, IPPROTO_IPV6, IPV6_RECVTCLASS, OPT_ANY | OPT_V6, 0, \
	  1, 0, NO_IX) \
	X(V6RECVHOPS, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, OPT_ANY | OPT_V6, 0, \
	  1, 0, NO_IX) \
	X(V6RECVERR, IPPROTO_IPV6, IPV6_RECVERR, OPT_ANY | OPT_V6, 0, 1, 0, \
	  NO_IX) \
	X(V6MTU_DISCOVER, IPPROTO_IPV6, IPV6_MTU_DISCOVER, OPT_ANY | OPT_V6, \
	  0, 5, 1, NO_IX)
/* clang-format on */

/* Socket filters of streams: those that are the same for all packets. */
enum filter { FILTER_NONE, FILTER_PASSES, FILTER_DROPS };

enum opt_id {
#define X(id, ...) OPT_##id,
	OPT_LIST(X)
#undef X
		OPT_N
};

struct opts {
	uint64_t set; /* bit enum opt_id: val was given by the program */
	int32_t val[OPT_N];
	int32_t rcvbuf, sndbuf; /* as getsockopt shows them; 0: default */
	int32_t linger;		/* seconds; -1: off */
	int32_t linger_time;	/* as it was last set while on */
	uint8_t cc_set;		/* TCP_CONGESTION was set */
	uint8_t cc;		/* TCP_CONGESTION: enum ix_cc */
	uint8_t filter;		/* enum filter */
};

struct sock;

#define BACKLOG_MAX 4096 /* as net.core.somaxconn */
#define RCVBUF_MIN 2304	 /* as they are shown */
#define SNDBUF_MIN 4608

void opts_init(struct opts *o);
/* OPT_N: not in the list */
enum opt_id opt_find(int level, int name);
/* The value that is kept for val; -EINVAL: out of range. */
int opt_clamp(enum opt_id id, int val, int *out);
/* The same for one socket: what its type, state and other options say. */
int opt_rule(const struct sock *s, enum opt_id id, int val, int *out);
/* What an empty value means, which only some options of IP take: 0; -EINVAL */
int opt_empty(enum opt_id id);
/* Does the option exist on sockets like that? */
bool opt_fits(enum opt_id id, int type, int family);
static inline int opt_get(const struct opts *o, enum opt_id id)
{
	return o->val[id];
}

/* IX_SHARE_ALL: who may have the port as well. */
static inline unsigned opts_share(const struct opts *o)
{
	return (opt_get(o, OPT_REUSEPORT) ? IX_LISTEN_REUSEPORT : 0u) |
	       (opt_get(o, OPT_REUSEADDR) ? IX_UDP_REUSEADDR : 0u);
}
/* Locked. Tell the handle of s, if that has one. */
void opts_push_share(struct sock *s);

/* Locked. Hand one option to the handle of s. */
void opt_push(struct sock *s, enum opt_id id);
/* Locked. Hand those that are no row of a table. */
void opts_push_rest(struct sock *s);
/* Locked. Hand what was recorded to a new handle. */
void opts_apply(struct sock *s);
/* ... and to a new socket of the kernel. */
void opts_copy(const struct sock *s, int kfd);
/* IX_HELD where opts_apply() has something to hand over, else 0: no packet
 * comes or goes before. */
unsigned opts_hold(const struct sock *s);
/* Whose packets a socket sees that is bound to an interface. */
enum ix_scope opts_scope(const struct sock *s);
/* An accepted socket inherits its listener's, as its connection has already. */
void opts_inherit(struct sock *s, const struct sock *listener);

/* What Linux calls each enum ix_cc; bytes as TCP_CONGESTION gives them. */
#define CONGESTION_MAX 16 /* TCP_CA_NAME_MAX */
extern const char opts_congestion[IX_CC_MAX][CONGESTION_MAX];

#endif
