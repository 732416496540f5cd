/* SPDX-License-Identifier: MIT */
/*
 * stats.h - every protocol counter of an elastic thread: name and description
 *
 * A counter is a line in the list of its protocol, whose name it begins with.
 */
#ifndef IX_NET_STATS_H
#define IX_NET_STATS_H

#include <stdint.h>

#include "net/common/stats_ip.h"
#include "net/common/stats_tcp.h"

#define NET_STATS_LIST(X) NET_STATS_IP(X) NET_STATS_TCP(X)

struct net_stats {
#define X(name, text) uint64_t name;
	NET_STATS_LIST(X)
#undef X
};

#define STAT(n, name) ((n)->stats.name++)
#define STAT_ADD(n, name, v) ((n)->stats.name += (v))

#endif
