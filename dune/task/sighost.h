/* SPDX-License-Identifier: MIT */
/*
 * sighost.h - the host's side of signals: its handler and the host threads'
 * masks; sigstate.h has the idea
 */
#ifndef IX_DUNE_TASK_SIGHOST_H
#define IX_DUNE_TASK_SIGHOST_H

#include <signal.h>
#include <stdint.h>

#include "dune/host/self.h"
#include "dune/host/sigstate.h"

/* The host's handler of all signals that the program may catch: it notes one in
 * the thread's struct dune_signals. */
void sighost_handler(int sig, siginfo_t *info, void *context);
/* Set the calling host thread's mask, but for SIG_OPEN, which stays
 * unblocked. */
void sighost_mask(uint64_t mask);
/* Make t's signal state, with this mask of the program's: 0 or -ENOMEM. */
int signals_thread(struct dune_thread *t, uint64_t mask);
void signals_free(struct dune_thread *t);
/* Block all signals in the host thread but those of SIG_OPEN. */
void signals_close(struct dune_thread *t);
/* Unblock those again that the program does not block; unless a taken signal is
 * still to be delivered, when signals_deliver() does it. */
void signals_open(struct dune_thread *t);
/* Set the program's mask; the host thread's mask stays as it is. */
void signals_set_mask(struct dune_thread *t, uint64_t mask);
/* At the end of a thread: send signals that it has taken, but not delivered, to
 * the process again; those with SI_TKILL, sent to this thread, are dropped. */
void signals_hand_on(struct dune_thread *t);
/* In the child of a fork: drop the signals that the parent has taken. */
void signals_forked(struct dune_thread *t);
/* Compute dune_signals.stop anew, after the mask or the slots have changed. */
void signals_update(const struct dune_thread *t);

#endif
