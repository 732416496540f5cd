/* SPDX-License-Identifier: MIT */
/*
 * udp_error.h - errors that wait for the program
 */
#ifndef IX_NET_UDP_ERROR_H
#define IX_NET_UDP_ERROR_H

#include "net/udp/udp_port.h"

/* The events of the errors of p, as far as there is room. */
unsigned udp_error_events(struct udp *u, struct udp_pcb *p, struct ix_event *ev,
			  unsigned room);

#endif
