/* SPDX-License-Identifier: MIT */
/*
 * tcp_ledger.h - who has which port; PORT_HOLD and PORT_FREE: tcp.h
 */
#ifndef IX_NET_TCP_LEDGER_H
#define IX_NET_TCP_LEDGER_H

#include "net/tcp/state/tcp_stack.h"

/* p is found from now on (1), or no more (-1). */
void tcp_port_count(struct tcp *t, const struct tcp_pcb *p, int step);
void tcp_port_share(struct tcp *t, struct tcp_pcb *p, uint8_t share);
/* After a rebuild: no connection is there. */
void tcp_port_forget(struct tcp *t);
/* Connections of the port that do not share it with who has these flags. */
uint32_t tcp_port_conns(const struct tcp *t, uint16_t lport, unsigned share);

#endif
