/* SPDX-License-Identifier: MIT */
/*
 * signals.h - the program's signal handlers
 */
#ifndef IX_SHIM_SIGNALS_H
#define IX_SHIM_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* Put our handler before those that the program has: 0, or -errno. */
int signal_init(void);
/* Can the program have a handler for sig? Not for SIGKILL and SIGSTOP, nor for
 * those that the C library keeps for itself. */
bool signal_ours(int sig);
/* In the child: signals that the parent's thread has put off are not the
 * child's. */
void signal_after_fork(void);
/* sigaction(2): 0, -errno. */
int signal_action(int sig, const struct sigaction *act, struct sigaction *old);

#endif
