/* SPDX-License-Identifier: MIT */
/*
 * tcp_move.h - recovery of moves that a driver's death has cut short
 */
#ifndef IX_NET_TCP_MOVE_H
#define IX_NET_TCP_MOVE_H

#include "net/common/state.h"

/* Free the new pcb or the old one of each unfinished move that elastic thread n
 * takes part in. Called before anything else of TCP is rebuilt. */
void tcp_move_recover(struct net *n);

#endif
