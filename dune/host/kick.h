/* SPDX-License-Identifier: MIT */
/*
 * kick.h - the signal that makes another thread leave the guest
 */
#ifndef IX_DUNE_HOST_KICK_H
#define IX_DUNE_HOST_KICK_H

#include <signal.h>
#include <stdbool.h>

struct dune_thread;

/* dune_interrupt() tells by its siginfo. A signal that is open in the host
 * anyway, and never refused for want of memory, as those of real time are. */
#define SIGKICK SIGBUS

int kick_start(void); /* 0 or -errno */
/* Does this signal come of dune_interrupt()? */
bool kick_is(int sig, const siginfo_t *info);
/* Make another thread leave the guest or a call that blocks. */
void dune_interrupt(struct dune_thread *t);

#endif
