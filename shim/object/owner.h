/* SPDX-License-Identifier: MIT */
/*
 * owner.h - what a process tells the owner, and waits for it to do
 *
 * The owner process relays connections that other programs have (relay.h), and
 * watches processes (orphans.h). The bell, one byte on ix_info()->relay_fd, has it
 * look at both; shim_root->relay_rung keeps it from being rung twice.
 */
#ifndef IX_SHIM_OWNER_H
#define IX_SHIM_OWNER_H

#include <stdbool.h>

#include "shim/object/sock.h"

/* Set in the owner, who looks at relay_rung before it sleeps. */
extern bool relay_silent;
void relay_ring(void);
void relay_wake_owner(void);

/* Something happened to s: the owner may have to look. */
static inline void relay_note(const struct sock *s)
{
	if (__builtin_expect(s->relays, 0))
		relay_ring();
}

void relay_settle(struct sock *s);

/*
 * Before s is written to or shut down: what other programs have written to
 * their streams by now goes first. Not locked.
 */
static inline void relay_first(struct sock *s)
{
	if (__builtin_expect(s->relays, 0))
		relay_settle(s);
}

#endif
