/* SPDX-License-Identifier: MIT */
/*
 * opts.h - socket options of one integer, and others that the stack obeys
 *
 * While a socket is fresh, an option is set on the kernel's socket and recorded
 * here; when the socket becomes the stack's, what was recorded is set in the
 * dataplane.
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
#define OPT_V6 4	 /* AF_INET6 sockets only */
#define OPT_STRICT 8	 /* a boolean that takes 0 and 1 only */
#define OPT_SOME 16	 /* IPPROTO_IP: a value of 0 bytes is EINVAL */
#define NO_IX IX_OPT_MAX /* the dataplane has no such option */

/*
 * Options whose value is one integer:
 * X(id, level, name, sockets, smallest, largest, default, enum ix_opt or NO_IX)
 * Booleans go from 0 to 1; without OPT_STRICT any value but 0 counts as 1.
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

/* SO_ATTACH_FILTER of streams: only filters that treat all packets alike. */
enum filter { FILTER_NONE, FILTER_PASSES, FILTER_DROPS };

enum opt_id {
#define X(id, ...) OPT_##id,
	OPT_LIST(X)
#undef X
		OPT_N
};

struct opts {
	uint64_t set; /* bit enum opt_id: the program has set it */
	int32_t val[OPT_N];
	int32_t rcvbuf, sndbuf; /* as set, half of what reads; 0: none */
	int32_t linger;		/* seconds; -1: off */
	int32_t linger_time;	/* l_linger when it was last set on, seconds */
	uint8_t cc_set;		/* TCP_CONGESTION was set */
	uint8_t cc;		/* TCP_CONGESTION: enum ix_cc */
	uint8_t filter;		/* enum filter */
};

struct sock;

#define BACKLOG_MAX 4096 /* default of net.core.somaxconn */
#define RCVBUF_MIN 2304	 /* bytes, as getsockopt() shows */
#define SNDBUF_MIN 4608

void opts_init(struct opts *o);
/* The option of this name; OPT_N: it is not in OPT_LIST. */
enum opt_id opt_find(int level, int name);
/* Set *out to the value that is kept for val; 0, or -EINVAL: out of range. */
int opt_clamp(enum opt_id id, int val, int *out);
/* The same for s, whose type, state and other options have a say. */
int opt_rule(const struct sock *s, enum opt_id id, int val, int *out);
/* What a value of 0 bytes counts as: 0, or -EINVAL, for only some options of
 * IPPROTO_IP take one. */
int opt_empty(enum opt_id id);
/* Does the option exist on sockets like that? */
bool opt_fits(enum opt_id id, int type, int family);
static inline int opt_get(const struct opts *o, enum opt_id id)
{
	return o->val[id];
}

/* Flags of IX_SHARE_ALL: which other sockets may have the port as well. */
static inline unsigned opts_share(const struct opts *o)
{
	return (opt_get(o, OPT_REUSEPORT) ? IX_LISTEN_REUSEPORT : 0u) |
	       (opt_get(o, OPT_REUSEADDR) ? IX_UDP_REUSEADDR : 0u);
}
/* Locked. Set opts_share() in the dataplane, if s has a handle there. */
void opts_push_share(struct sock *s);

/* Locked. Set one option in the dataplane, if s has a handle there. */
void opt_push(struct sock *s, enum opt_id id);
/* Locked. The same for scope, pacing, congestion control and filter, which have
 * no row in OPT_LIST. */
void opts_push_rest(struct sock *s);
/* Locked. s has got a handle: set all that was recorded in the dataplane. */
void opts_apply(struct sock *s);
/* Set all that was recorded on kfd, a new socket of the kernel. */
void opts_copy(const struct sock *s, int kfd);
/* The flag with which s gets its handle: IX_HELD where opts_apply() has
 * something to set, so that no packet comes or goes before; else 0. */
unsigned opts_hold(const struct sock *s);
/* Which packets s exchanges, as SO_BINDTODEVICE restricts them. */
enum ix_scope opts_scope(const struct sock *s);
/* Copy the options of listener to s, which it has accepted; in the dataplane
 * the connection has them already. */
void opts_inherit(struct sock *s, const struct sock *listener);

/* What Linux calls each enum ix_cc; bytes as TCP_CONGESTION gives them. */
#define CONGESTION_MAX 16 /* TCP_CA_NAME_MAX */
extern const char opts_congestion[IX_CC_MAX][CONGESTION_MAX];

#endif
