/* SPDX-License-Identifier: MIT */
/*
 * tcp_port.h - choosing own ports for new connections and listeners
 */
#ifndef IX_NET_TCP_PORT_H
#define IX_NET_TCP_PORT_H

#include "net/tcp/state/tcp_stack.h"

/* Choose an ephemeral port as p->lport. 0 or -EADDRNOTAVAIL. */
int tcp_port_choose(struct net *n, struct tcp_pcb *p);
/* Make lport, which the program chose, p->lport, even if the same four-tuple is
 * in TIME-WAIT (with timestamps). 0; -EADDRNOTAVAIL: the four-tuple is in use;
 * -EXDEV: the peer's segments would arrive at another elastic thread. */
int tcp_port_take(struct net *n, struct tcp_pcb *p, uint16_t lport);
/* An ephemeral port for a listener, which nothing uses, or -EADDRINUSE. */
int tcp_port_choose_listen(struct net *n);
/* Do the peer's segments of this connection arrive at this elastic thread? */
int tcp_port_ok(const struct net *n, const struct ip_path *path, uint16_t lport,
		uint16_t rport);

#endif
