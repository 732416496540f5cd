/* SPDX-License-Identifier: MIT */
/*
 * tcp_ledger.h - use counts of own ports; PORT_HOLD and PORT_FREE are in tcp.h
 */
#ifndef IX_NET_TCP_LEDGER_H
#define IX_NET_TCP_LEDGER_H

#include "net/tcp/state/tcp_stack.h"

/* Count p as a user of its port when it enters the hash table (step 1), and no
 * longer when it leaves (-1). */
void tcp_port_count(struct tcp *t, const struct tcp_pcb *p, int step);
/* Set p->share, and keep the counts right. */
void tcp_port_share(struct tcp *t, struct tcp_pcb *p, uint8_t share);
/* Set the counts of connections of all ports to 0, before a rebuild. */
void tcp_port_forget(struct tcp *t);
/* How many connections have the port and none of the flags share (IX_SHARE_*),
 * so that they do not share it with one that has these flags. */
uint32_t tcp_port_conns(const struct tcp *t, uint16_t lport, unsigned share);

#endif
