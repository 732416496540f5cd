/* SPDX-License-Identifier: MIT */
/*
 * tcp_conf.h - settings of connections and listeners
 */
#ifndef IX_NET_TCP_CONF_H
#define IX_NET_TCP_CONF_H

#include "net/tcp/state/tcp_stack.h"

void tcp_conf_default(struct tcp_conf *c);
/* Set IX_OPT_* opt. 0, -EINVAL (value), or -ENOPROTOOPT (opt). */
int tcp_conf_set(struct tcp_conf *c, uint16_t opt, uint32_t value);
/* Make p's settings take effect, after they were set or inherited. */
void tcp_conf_apply(struct net *n, struct tcp_pcb *p);

#endif
