/* SPDX-License-Identifier: MIT */
/*
 * tcp_reno.h - congestion control: NewReno
 */
#ifndef IX_NET_TCP_RENO_H
#define IX_NET_TCP_RENO_H

#include "net/tcp/cc/tcp_cc.h"

extern const struct tcp_cc_ops tcp_reno_ops;

#endif
