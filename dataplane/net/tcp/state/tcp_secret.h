/* SPDX-License-Identifier: MIT */
/*
 * tcp_secret.h - keyed hashes, for numbers that an attacker must not guess
 */
#ifndef IX_NET_TCP_SECRET_H
#define IX_NET_TCP_SECRET_H

#include "net/tcp/state/tcp_stack.h"

/* purpose of tcp_secret(): hashes for different purposes are unrelated. */
enum {
	TCP_FOR_ISN = 1,
	TCP_FOR_TS,
	TCP_FOR_PORT,
	TCP_FOR_COUNTER,
	TCP_FOR_SYNCOOKIE
};

/* The keyed hash of p's addresses, its peer's port and the own port lport. */
uint32_t tcp_secret(const struct net *n, const struct tcp_pcb *p,
		    uint16_t lport, uint32_t purpose);
/* The initial sequence number (RFC 6528). */
uint32_t tcp_isn(const struct net *n, const struct tcp_pcb *p);
/* The offset of p's timestamps (RFC 7323 5.4). */
uint32_t tcp_ts_offset(const struct net *n, const struct tcp_pcb *p);
/* The hash in a SYN cookie. irs: the peer's initial sequence number; epoch:
 * when the cookie was made, units of 69 s. */
uint32_t tcp_syncookie_hash(const struct net *n, const struct tcp_pcb *p,
			    uint32_t irs, uint32_t epoch);

#endif
