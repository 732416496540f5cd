/* SPDX-License-Identifier: MIT */
/*
 * tcp_conf.h - settings of connections and listeners
 */
#ifndef IX_NET_TCP_CONF_H
#define IX_NET_TCP_CONF_H

#include "net/tcp/state/tcp_stack.h"

void tcp_conf_default(struct tcp_conf *c);
/* 0, -EINVAL, or -ENOPROTOOPT */
int tcp_conf_set(struct tcp_conf *c, uint16_t opt, uint32_t value);
/* Let p follow its settings. */
void tcp_conf_apply(struct net *n, struct tcp_pcb *p);

#endif
