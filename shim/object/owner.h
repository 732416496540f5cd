/* SPDX-License-Identifier: MIT */
/*
 * owner.h - how a process wakes the owner, and waits for what it relays
 *
 * The owner process relays connections that other programs have (relay.h), and
 * watches processes (orphans.h). The bell, one byte on ix_fds()->relay, makes
 * it look at both; while shim_root->relay_rung is set, nobody sends another
 * byte.
 */
#ifndef IX_SHIM_OWNER_H
#define IX_SHIM_OWNER_H

#include <stdbool.h>

#include "shim/object/sock.h"

/* Set in the owner itself, which looks at relay_rung before it sleeps: there
 * owner_ring() sends no byte. */
extern bool owner_silent;
void owner_ring(void); /* set relay_rung; send the byte if it was not set */
void owner_wake(void); /* send the byte */

/* The state of s changed: the owner has to look if it relays s. */
static inline void owner_note(const struct sock *s)
{
	if (__builtin_expect(s->relays, 0))
		owner_ring();
}

void owner_settle(struct sock *s);

/*
 * To be called before s is written to or shut down, not locked: waits, for a
 * second at most, until the owner has put into the connection what programs
 * with a relayed descriptor of it have written so far, so that the order is
 * kept.
 */
static inline void owner_first(struct sock *s)
{
	if (__builtin_expect(s->relays, 0))
		owner_settle(s);
}

#endif
