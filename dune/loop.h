/* SPDX-License-Identifier: MIT */
/*
 * loop.h - the loop of a program thread: enter the guest, handle the exit
 */
#ifndef IX_DUNE_LOOP_H
#define IX_DUNE_LOOP_H

#include "dune/host/self.h"

/* Run ring 3 from t->regs until the thread ends. */
void dune_run_user(struct dune_thread *t) __attribute__((noreturn));

#endif
