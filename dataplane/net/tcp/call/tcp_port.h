/* SPDX-License-Identifier: MIT */
/*
 * tcp_port.h - own ports of new connections and listeners
 */
#ifndef IX_NET_TCP_PORT_H
#define IX_NET_TCP_PORT_H

#include "net/tcp/state/tcp_stack.h"

/* Choose p->lport; 0 or -EADDRNOTAVAIL. */
int tcp_port_choose(struct net *n, struct tcp_pcb *p);
/* Use the port that the program wants, also that of a connection that has just
 * ended; 0 or -EADDRNOTAVAIL, as Linux; -EXDEV: what the peer answers arrives at
 * another elastic thread. */
int tcp_port_take(struct net *n, struct tcp_pcb *p, uint16_t lport);
/* A port on which nobody listens, or -EADDRINUSE. */
int tcp_port_choose_listen(struct net *n);
/* Do segments of this connection arrive at this ethread? */
int tcp_port_ok(const struct net *n, const struct ip_path *path, uint16_t lport,
		uint16_t rport);

#endif
