/* SPDX-License-Identifier: MIT */
/*
 * control.h - the control socket: who asks, and what is answered
 *
 * One line "<verb> [arg]\n" from the client, one JSON document back, close.
 * Trust: only the instance's user and root are answered, and even they cannot
 * make the owner wait.
 */
#ifndef IX_HOST_CONTROL_H
#define IX_HOST_CONTROL_H

#include "control/host/owner/json.h"

#define CONTROL_CLIENTS 8
#define CONTROL_ROOTS 2 /* of these are kept for root */
#define CONTROL_LINE 128

struct owner;
struct instance;

struct client {
	int fd; /* -1: free */
	unsigned len;
	char line[CONTROL_LINE];
	struct json answer;
	size_t sent;
	uint64_t deadline; /* ns: then it is cut off */
};

struct control {
	struct client client[CONTROL_CLIENTS];
};

void control_init(struct owner *o);
void control_accept(struct owner *o);
void control_client(struct owner *o, unsigned i);
/* Cut off those that take too long; when to look again. */
uint64_t control_expire(struct owner *o, uint64_t now);

#endif
