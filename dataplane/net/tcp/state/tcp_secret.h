/* SPDX-License-Identifier: MIT */
/*
 * tcp_secret.h - what a stranger must not guess
 */
#ifndef IX_NET_TCP_SECRET_H
#define IX_NET_TCP_SECRET_H

#include "net/tcp/state/tcp_stack.h"

/* Each use has hashes of its own. */
enum {
	TCP_FOR_ISN = 1,
	TCP_FOR_TS,
	TCP_FOR_PORT,
	TCP_FOR_COUNTER,
	TCP_FOR_SYNCOOKIE
};

/* The keyed hash of p's addresses, its peer's port and lport. */
uint32_t tcp_secret(const struct net *n, const struct tcp_pcb *p,
		    uint16_t lport, uint32_t purpose);
uint32_t tcp_isn(const struct net *n, const struct tcp_pcb *p);
uint32_t tcp_ts_offset(const struct net *n, const struct tcp_pcb *p);
uint32_t tcp_syncookie_hash(const struct net *n, const struct tcp_pcb *p,
			    uint32_t irs, uint32_t epoch);

#endif
