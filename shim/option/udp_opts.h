/* SPDX-License-Identifier: MIT */
/*
 * udp_opts.h - socket options that the stack obeys for datagram sockets alone
 *
 * On an AF_INET6 socket those of IPPROTO_IP are for its IPv4 peers.
 */
#ifndef IX_SHIM_UDP_OPTS_H
#define IX_SHIM_UDP_OPTS_H

#include <netinet/udp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#ifndef UDP_NO_CHECK6_TX
#define UDP_NO_CHECK6_TX 101
#define UDP_NO_CHECK6_RX 102
#endif
#define IP_RECVORIGDSTADDR_NR 20

/* Switches: X(id, level, name) */
/* clang-format off */
#define UDP_SWITCHES(X) \
	X(RXQ_OVFL, SOL_SOCKET, SO_RXQ_OVFL) \
	X(NO_CHECK, SOL_SOCKET, SO_NO_CHECK) \
	X(ZEROCOPY, SOL_SOCKET, SO_ZEROCOPY) \
	X(ORIGDST, IPPROTO_IP, IP_RECVORIGDSTADDR_NR) \
	X(CORK, IPPROTO_UDP, UDP_CORK) \
	X(GRO, IPPROTO_UDP, UDP_GRO) \
	X(NO_CHECK6_TX, IPPROTO_UDP, UDP_NO_CHECK6_TX) \
	X(NO_CHECK6_RX, IPPROTO_UDP, UDP_NO_CHECK6_RX)
/* clang-format on */

enum udp_switch {
#define X(id, ...) UDP_ON_##id,
	UDP_SWITCHES(X)
#undef X
		UDP_ON_N
};

/* Where the bytes are that UDP_CORK or MSG_MORE holds back. */
enum udp_corked { CORKED_NOT, CORKED_STACK, CORKED_KERNEL };

struct udp_err;

struct udp_opts {
	uint32_t on;	   /* bit enum udp_switch */
	uint32_t stamping; /* SO_TIMESTAMPING's flags */
	int32_t peek_off;  /* SO_PEEK_OFF; -1: off */
	uint16_t segment;  /* UDP_SEGMENT, bytes; 0: off */
	uint8_t stamp;	   /* UDP_STAMP_* */
	uint8_t corked;	   /* enum udp_corked */
	uint64_t last_ns;  /* for SIOCGSTAMP: arrival of what was read last */
	/* the error queue; udp_err.c */
	uint32_t zerocopies; /* calls with MSG_ZEROCOPY */
	uint32_t nerrs;	     /* entries in the queue */
	struct udp_err *err_first, *err_last;
};

#define UDP_STAMP_ON 1	/* SO_TIMESTAMP or SO_TIMESTAMPNS */
#define UDP_STAMP_NS 2	/* the latter */
#define UDP_STAMP_NEW 4 /* or one of the same with 64-bit time, SO_*_NEW */

struct sock;

void udp_opts_init(struct udp_opts *o);
static inline bool udp_on(const struct udp_opts *o, enum udp_switch id)
{
	return o->on >> id & 1;
}

/* Is it one of the options here? */
bool udp_opt_known(int level, int name);
/* Does this value of it ask for what only the kernel can do? */
bool udp_opt_foreign(int level, int name, const void *val, socklen_t len);
/* Locked, for an option that is known: 0, or -errno. When UDP_CORK is switched
 * off the caller has to send what it held back. */
int udp_opt_set(struct sock *s, int level, int name, const void *val,
		socklen_t len);
int udp_opt_get(const struct sock *s, int level, int name);
/* Set all of them on kfd, a socket of the kernel, as s has them. */
void udp_opts_copy(const struct sock *s, int kfd);

#endif
