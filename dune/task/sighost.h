/* SPDX-License-Identifier: MIT */
/*
 * sighost.h - the host's side of signals: the handler that takes them, the mask
 */
#ifndef IX_DUNE_TASK_SIGHOST_H
#define IX_DUNE_TASK_SIGHOST_H

#include <signal.h>
#include <stdint.h>

#include "dune/host/self.h"
#include "dune/host/sigstate.h"

/* The handler of the host, for all signals that the program may catch. */
void sighost_handler(int sig, siginfo_t *info, void *context);
void sighost_mask(uint64_t mask);
int signals_thread(struct dune_thread *t, uint64_t mask);
void signals_free(struct dune_thread *t);
/* Block all signals in the host thread but for faults and kicks. */
void signals_close(struct dune_thread *t);
/* ... and open those again that the program does not block. */
void signals_open(struct dune_thread *t);
/* Set the program's mask, without opening the host's. */
void signals_set_mask(struct dune_thread *t, uint64_t mask);
/* A thread that ends hands a signal that it took on to the others. */
void signals_hand_on(struct dune_thread *t);
/* In the child of a fork: it has the parent's handlers, nothing pending. */
void signals_forked(struct dune_thread *t);
/* After its mask, or what is taken, has changed: is a call to be begun? */
void signals_update(const struct dune_thread *t);

#endif
