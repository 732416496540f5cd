/* SPDX-License-Identifier: MIT */
/*
 * owner.h - what a process tells the owner, and waits for it to do
 *
 * The owner process relays connections that other programs have (relay.h), and
 * watches processes (orphans.h). The bell, one byte on ix_fds()->relay, has it
 * look at both; shim_root->relay_rung keeps it from being rung twice.
 */
#ifndef IX_SHIM_OWNER_H
#define IX_SHIM_OWNER_H

#include <stdbool.h>

#include "shim/object/sock.h"

/* Set in the owner, who looks at relay_rung before it sleeps. */
extern bool owner_silent;
void owner_ring(void);
void owner_wake(void);

/* Something happened to s: the owner may have to look. */
static inline void owner_note(const struct sock *s)
{
	if (__builtin_expect(s->relays, 0))
		owner_ring();
}

void owner_settle(struct sock *s);

/*
 * Before s is written to or shut down: what other programs have written to
 * their streams by now goes first. Not locked.
 */
static inline void owner_first(struct sock *s)
{
	if (__builtin_expect(s->relays, 0))
		owner_settle(s);
}

#endif
