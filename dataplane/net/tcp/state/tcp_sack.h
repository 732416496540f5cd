/* SPDX-License-Identifier: MIT */
/*
 * tcp_sack.h - the SACK scoreboard (RFC 2018, RFC 6675)
 */
#ifndef IX_NET_TCP_SACK_H
#define IX_NET_TCP_SACK_H

#include "net/tcp/state/tcp_seg.h"

/* Enter the SACK blocks of s; sets sacked and dsack of a. */
void tcp_sack_update(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s,
		     struct tcp_ackinfo *a);
/* Remove what lies below snd_una, after that has moved. */
void tcp_sack_trim(struct net *n, struct tcp_pcb *p);
void tcp_sack_free(struct net *n, struct tcp_pcb *p);
/* Give q, of elastic thread to, a copy of p's scoreboard. 0 or -ENOBUFS. */
int tcp_sack_clone(struct net *to, struct tcp_pcb *q, const struct tcp_pcb *p);
/* RFC 6675 IsLost(): the sequence number below which all that is not SACKed is
 * lost; snd_una: nothing is. */
uint32_t tcp_sack_lost(const struct tcp_pcb *p);
/* The first bytes in [from, to) that are not SACKed: how many, and where they
 * begin in *start_out; 0: all are SACKed. */
uint32_t tcp_sack_hole(const struct tcp_pcb *p, uint32_t from, uint32_t to,
		       uint32_t *start_out);
/* RFC 6675 Pipe: an estimate of the bytes in flight. */
uint32_t tcp_pipe(const struct tcp_pcb *p);

#endif
