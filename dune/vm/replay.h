/* SPDX-License-Identifier: MIT */
/*
 * replay.h - an access that the host denied is made again
 */
#ifndef IX_DUNE_VM_REPLAY_H
#define IX_DUNE_VM_REPLAY_H

#include <stdbool.h>

#include "dune/host/self.h"

/* Strict tables for t, until replay_end(). holes: see strict.c. */
void replay_begin(struct dune_thread *t, bool holes);
/* The access was made, or has faulted: back to the usual tables. Returns how it
 * was replayed; 0: not at all. */
int replay_end(struct dune_thread *t);
void replay_forked(void); /* the child's only thread replays nothing */

#endif
