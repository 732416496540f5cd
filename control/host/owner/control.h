/* SPDX-License-Identifier: MIT */
/*
 * control.h - the control socket: who asks, and what is answered
 *
 * A client sends one line, "<verb> [arg]\n"; the owner sends one JSON document
 * and closes the connection.
 * Trust: only the instance's user and root are answered, and even they cannot
 * make the owner wait.
 */
#ifndef IX_HOST_CONTROL_H
#define IX_HOST_CONTROL_H

#include "control/host/owner/json.h"

#define CONTROL_CLIENTS 8 /* connections at a time */
#define CONTROL_ROOTS 2	  /* of these are kept for root */
#define CONTROL_LINE 128  /* bytes of a request, with a terminating 0 */

struct owner;
struct instance;

struct client {
	int fd;	      /* -1: this place is free */
	unsigned len; /* bytes of line received so far */
	char line[CONTROL_LINE];
	struct json answer; /* empty until the request is complete */
	size_t sent;	    /* bytes of the answer */
	uint64_t deadline;  /* ns, monotonic: when the client is cut off */
};

struct control {
	struct client client[CONTROL_CLIENTS];
};

void control_init(struct owner *o);
/* The socket, or the i-th client's connection, is ready. */
void control_accept(struct owner *o);
void control_client(struct owner *o, unsigned i);
/* Cut off clients that are past their deadline. Returns the time of the next
 * one, ns; UINT64_MAX if there is none. */
uint64_t control_expire(struct owner *o, uint64_t now);

#endif
