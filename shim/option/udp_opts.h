/* SPDX-License-Identifier: MIT */
/*
 * udp_opts.h - what a datagram socket is asked for that a stream has not
 *
 * An AF_INET6 socket has them for its IPv4 peers.
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

/* Where the bytes wait that more is to come of. */
enum udp_corked { CORKED_NOT, CORKED_STACK, CORKED_KERNEL };

struct udp_err;

struct udp_opts {
	uint32_t on;	   /* bit enum udp_switch */
	uint32_t stamping; /* SO_TIMESTAMPING's flags */
	int32_t peek_off;  /* SO_PEEK_OFF; -1: off */
	uint16_t segment;  /* UDP_SEGMENT */
	uint8_t stamp;	   /* UDP_STAMP_* */
	uint8_t corked;	   /* enum udp_corked */
	uint64_t last_ns;  /* when what was read last had come; 0: no such */
	/* the error queue; udp_err.c */
	uint32_t zerocopies; /* calls with MSG_ZEROCOPY */
	uint32_t nerrs;
	struct udp_err *err_first, *err_last;
};

#define UDP_STAMP_ON 1	/* SO_TIMESTAMP or SO_TIMESTAMPNS */
#define UDP_STAMP_NS 2	/* the latter */
#define UDP_STAMP_NEW 4 /* or the like with a name of 64-bit time */

struct sock;

void udp_opts_init(struct udp_opts *o);
static inline bool udp_on(const struct udp_opts *o, enum udp_switch id)
{
	return o->on >> id & 1;
}

/* Is it one of these? */
bool udp_opt_known(int level, int name);
/* Is this value of it something that the kernel alone can do? */
bool udp_opt_foreign(int level, int name, const void *val, socklen_t len);
/* Locked. 0, -errno; of one that is known. When UDP_CORK is off what it held is
 * the caller's to send. */
int udp_opt_set(struct sock *s, int level, int name, const void *val,
		socklen_t len);
int udp_opt_get(const struct sock *s, int level, int name);
/* Set them on a socket of the kernel. */
void udp_opts_copy(const struct sock *s, int kfd);

#endif
