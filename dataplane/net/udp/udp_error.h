/* SPDX-License-Identifier: MIT */
/*
 * udp_error.h - errors that wait for the program
 */
#ifndef IX_NET_UDP_ERROR_H
#define IX_NET_UDP_ERROR_H

#include "net/udp/udp_port.h"

/* Write at most room events for the pending errors of p; returns how many. */
unsigned udp_error_events(struct udp *u, struct udp_pcb *p, struct ix_event *ev,
			  unsigned room);

#endif
