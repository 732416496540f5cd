/* SPDX-License-Identifier: MIT */
/*
 * tcp_xmit.h - building and sending segments
 */
#ifndef IX_NET_TCP_XMIT_H
#define IX_NET_TCP_XMIT_H

#include "net/tcp/state/tcp_seg.h"

/* Send len queued bytes from sequence number seq on, with these flags (TH_*).
 * cursor: as in tcp_sq_copy(). 0, or -ENOBUFS: no mbuf was free. What IP then
 * refuses counts as sent and lost. */
int tcp_xmit(struct net *n, struct tcp_pcb *p, uint32_t seq, uint32_t len,
	     uint8_t flags, unsigned cursor);
/* Send an old, empty segment, which the peer answers with an ACK: as keepalive
 * and zero-window probe, like Linux. */
void tcp_send_probe(struct net *n, struct tcp_pcb *p);

#endif
