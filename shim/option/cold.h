/* SPDX-License-Identifier: MIT */
/*
 * cold.h - socket options that are seldom used: kept as the kernel reads them
 *
 * Linux itself decides which values they take and how they read back: they are
 * set and read on a socket of the kernel that is made for that, the model. The
 * int that the model reads back is kept. Most change nothing that the stack
 * does.
 */
#ifndef IX_SHIM_COLD_H
#define IX_SHIM_COLD_H

#include <stdint.h>
#include <sys/socket.h>

#include "shim/option/opts.h"

/*
 * X(id, level, name, sockets), the latter of OPT_*. Options that datagram
 * sockets of the stack obey are in udp_opts.h. Where the headers of older
 * systems lack a name, its number stands here.
 */
/* clang-format off */
#define COLD_LIST(X) \
	X(DEBUG, SOL_SOCKET, SO_DEBUG, OPT_ANY) \
	X(PRIORITY, SOL_SOCKET, SO_PRIORITY, OPT_ANY) \
	X(MARK, SOL_SOCKET, SO_MARK, OPT_ANY) \
	X(NO_CHECK, SOL_SOCKET, SO_NO_CHECK, OPT_TCP) \
	X(PASSCRED, SOL_SOCKET, SO_PASSCRED, OPT_ANY) \
	X(PASSSEC, SOL_SOCKET, SO_PASSSEC, OPT_ANY) \
	X(PASSPIDFD, SOL_SOCKET, 76, OPT_ANY) \
	X(PASSRIGHTS, SOL_SOCKET, 83, OPT_ANY) \
	X(TIMESTAMP, SOL_SOCKET, SO_TIMESTAMP_OLD, OPT_TCP) \
	X(TIMESTAMPNS, SOL_SOCKET, SO_TIMESTAMPNS_OLD, OPT_TCP) \
	X(TIMESTAMPING, SOL_SOCKET, SO_TIMESTAMPING_OLD, OPT_TCP) \
	X(TIMESTAMP_NEW, SOL_SOCKET, SO_TIMESTAMP_NEW, OPT_TCP) \
	X(TIMESTAMPNS_NEW, SOL_SOCKET, SO_TIMESTAMPNS_NEW, OPT_TCP) \
	X(TIMESTAMPING_NEW, SOL_SOCKET, SO_TIMESTAMPING_NEW, OPT_TCP) \
	X(RXQ_OVFL, SOL_SOCKET, SO_RXQ_OVFL, OPT_TCP) \
	X(WIFI_STATUS, SOL_SOCKET, SO_WIFI_STATUS, OPT_ANY) \
	X(PEEK_OFF, SOL_SOCKET, SO_PEEK_OFF, OPT_TCP) \
	X(NOFCS, SOL_SOCKET, SO_NOFCS, OPT_ANY) \
	X(LOCK_FILTER, SOL_SOCKET, SO_LOCK_FILTER, OPT_ANY) \
	X(SELECT_ERR_QUEUE, SOL_SOCKET, SO_SELECT_ERR_QUEUE, OPT_ANY) \
	X(BUSY_POLL, SOL_SOCKET, SO_BUSY_POLL, OPT_ANY) \
	X(PREFER_BUSY_POLL, SOL_SOCKET, SO_PREFER_BUSY_POLL, OPT_ANY) \
	X(PACING_RATE, SOL_SOCKET, SO_MAX_PACING_RATE, OPT_ANY) \
	X(INCOMING_CPU, SOL_SOCKET, SO_INCOMING_CPU, OPT_ANY) \
	X(ZEROCOPY, SOL_SOCKET, SO_ZEROCOPY, OPT_TCP) \
	X(DEVICE, SOL_SOCKET, SO_BINDTOIFINDEX, OPT_ANY) \
	X(BUF_LOCK, SOL_SOCKET, 72, OPT_ANY) \
	X(RESERVE_MEM, SOL_SOCKET, 73, OPT_ANY) \
	X(TXREHASH, SOL_SOCKET, 74, OPT_ANY) \
	X(RCVMARK, SOL_SOCKET, 75, OPT_ANY) \
	X(RCVPRIORITY, SOL_SOCKET, 82, OPT_ANY) \
	X(RECVOPTS, IPPROTO_IP, IP_RECVOPTS, OPT_ANY) \
	X(RETOPTS, IPPROTO_IP, IP_RETOPTS, OPT_ANY) \
	X(PASSSEC_IP, IPPROTO_IP, IP_PASSSEC, OPT_ANY) \
	X(TRANSPARENT, IPPROTO_IP, IP_TRANSPARENT, OPT_ANY) \
	X(ORIGDSTADDR, IPPROTO_IP, IP_RECVORIGDSTADDR, OPT_TCP) \
	X(CHECKSUM, IPPROTO_IP, IP_CHECKSUM, OPT_ANY) \
	X(RECVFRAGSIZE, IPPROTO_IP, IP_RECVFRAGSIZE, OPT_ANY) \
	X(RFC4884, IPPROTO_IP, IP_RECVERR_RFC4884, OPT_ANY) \
	X(MULTICAST_TTL, IPPROTO_IP, IP_MULTICAST_TTL, OPT_ANY) \
	X(MULTICAST_LOOP, IPPROTO_IP, IP_MULTICAST_LOOP, OPT_ANY) \
	X(MULTICAST_ALL, IPPROTO_IP, IP_MULTICAST_ALL, OPT_ANY) \
	X(UNICAST_IF, IPPROTO_IP, IP_UNICAST_IF, OPT_ANY) \
	X(THIN_TIMEOUTS, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, OPT_TCP) \
	X(THIN_DUPACK, IPPROTO_TCP, TCP_THIN_DUPACK, OPT_TCP) \
	X(SAVE_SYN, IPPROTO_TCP, TCP_SAVE_SYN, OPT_TCP) \
	X(FASTOPEN_CONNECT, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, OPT_TCP) \
	X(FASTOPEN_NO_COOKIE, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, OPT_TCP) \
	X(RTO_MAX_MS, IPPROTO_TCP, 44, OPT_TCP) \
	X(RTO_MIN_US, IPPROTO_TCP, 45, OPT_TCP) \
	X(DELACK_MAX_US, IPPROTO_TCP, 46, OPT_TCP) \
	X(V6_MULTICAST_HOPS, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, \
	  OPT_ANY | OPT_V6) \
	X(V6_MULTICAST_LOOP, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, \
	  OPT_ANY | OPT_V6) \
	X(V6_MULTICAST_IF, IPPROTO_IPV6, IPV6_MULTICAST_IF, OPT_ANY | OPT_V6) \
	X(V6_MULTICAST_ALL, IPPROTO_IPV6, IPV6_MULTICAST_ALL, \
	  OPT_ANY | OPT_V6) \
	X(V6_RFC4884, IPPROTO_IPV6, IPV6_RECVERR_RFC4884, OPT_ANY | OPT_V6) \
	X(V6_FLOWINFO, IPPROTO_IPV6, 11, OPT_ANY | OPT_V6) \
	X(V6_FLOWINFO_SEND, IPPROTO_IPV6, 33, OPT_ANY | OPT_V6) \
	X(V6_HOPOPTS, IPPROTO_IPV6, IPV6_RECVHOPOPTS, OPT_ANY | OPT_V6) \
	X(V6_RTHDR, IPPROTO_IPV6, IPV6_RECVRTHDR, OPT_ANY | OPT_V6) \
	X(V6_DSTOPTS, IPPROTO_IPV6, IPV6_RECVDSTOPTS, OPT_ANY | OPT_V6) \
	X(V6_PATHMTU, IPPROTO_IPV6, IPV6_RECVPATHMTU, OPT_ANY | OPT_V6) \
	X(V6_DONTFRAG, IPPROTO_IPV6, IPV6_DONTFRAG, OPT_ANY | OPT_V6) \
	X(V6_AUTOFLOWLABEL, IPPROTO_IPV6, IPV6_AUTOFLOWLABEL, \
	  OPT_ANY | OPT_V6) \
	X(V6_ADDR_PREFS, IPPROTO_IPV6, IPV6_ADDR_PREFERENCES, \
	  OPT_ANY | OPT_V6) \
	X(V6_MINHOPS, IPPROTO_IPV6, IPV6_MINHOPCOUNT, OPT_ANY | OPT_V6) \
	X(V6_ORIGDSTADDR, IPPROTO_IPV6, 74, OPT_ANY | OPT_V6) \
	X(V6_TRANSPARENT, IPPROTO_IPV6, IPV6_TRANSPARENT, OPT_ANY | OPT_V6) \
	X(V6_UNICAST_IF, IPPROTO_IPV6, IPV6_UNICAST_IF, OPT_ANY | OPT_V6) \
	X(V6_FRAGSIZE, IPPROTO_IPV6, IPV6_RECVFRAGSIZE, OPT_ANY | OPT_V6) \
	X(V6_FREEBIND, IPPROTO_IPV6, IPV6_FREEBIND, OPT_ANY | OPT_V6)
/* clang-format on */

enum cold_id {
#define X(id, ...) COLD_##id,
	COLD_LIST(X)
#undef X
		COLD_N
};

/* The options of a socket on which one of them was set. */
struct cold {
	int32_t val[COLD_N];
	uint8_t set[COLD_N];
};

struct shim_root;
struct sock;

void cold_pools_init(struct shim_root *r);

/* The option of this name, or COLD_N: sockets like s have no such option
 * here. */
enum cold_id cold_find(const struct sock *s, int level, int name);
/* Make a socket of the kernel like s: its descriptor, or -errno. The caller
 * closes it. */
int cold_model(const struct sock *s);
/* Read the option on kfd, a socket of the kernel: 0, or -errno. */
int cold_learn(int kfd, enum cold_id id, int *out);
/* Locked. Keep val as the option's value; 0, or -ENOBUFS. */
int cold_store(struct sock *s, enum cold_id id, int val);
/* The value that is kept, or or_else: the option was not set. */
int cold_get(const struct sock *s, enum cold_id id, int or_else);
/* Not locked. getsockopt() of the option, under the name that the program uses:
 * a model is set to the value that is kept, and asked. 0, or -errno. */
int cold_read(const struct sock *s, enum cold_id id, int level, int name,
	      void *val, socklen_t *len);
/* Copy what is kept of listener to s, which it has accepted. */
void cold_inherit(struct sock *s, const struct sock *listener);
/* Set all that is kept on kfd, a socket of the kernel. */
void cold_copy(const struct sock *s, int kfd);
/* s is freed: so is what is kept. */
void cold_drop(struct sock *s);

#endif
