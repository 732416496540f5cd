/* SPDX-License-Identifier: MIT */
/*
 * tcp_move.h - moves that a driver's death has cut short
 */
#ifndef IX_NET_TCP_MOVE_H
#define IX_NET_TCP_MOVE_H

#include "net/common/state.h"

/* First of all, before anything else of TCP is rebuilt. */
void tcp_move_recover(struct net *n);

#endif
