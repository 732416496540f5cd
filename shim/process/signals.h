/* SPDX-License-Identifier: MIT */
/*
 * signals.h - the program's signal handlers
 */
#ifndef IX_SHIM_SIGNALS_H
#define IX_SHIM_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

int signal_init(void);
/* Not one that the C library keeps for itself, nor one without handlers. */
bool signal_ours(int sig);
void signal_after_fork(void);
/* sigaction(2): 0, -errno. */
int signal_action(int sig, const struct sigaction *act, struct sigaction *old);

#endif
