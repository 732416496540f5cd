/* SPDX-License-Identifier: MIT */
/*
 * sigtable.h - the program's table of handlers, and what the host has for each
 */
#ifndef IX_DUNE_TASK_SIGTABLE_H
#define IX_DUNE_TASK_SIGTABLE_H

#include <stdbool.h>
#include <stdint.h>

/* as rt_sigaction has it */
struct sig_action {
	uint64_t handler, flags, restorer, mask;
};

void sig_action_start(void); /* what the process has ignored or not */
void sig_action_lock(void);
void sig_action_unlock(void);
/* The handler of a signal that is delivered: once, if it is so declared. */
void sig_action_take(int sig, struct sig_action *out);
/* Is the default of this signal to end with a core file? */
bool sig_dumps_core(int sig);
void sig_action_get(int sig, struct sig_action *out);
void sig_action_set(int sig, const struct sig_action *act,
		    struct sig_action *old_out);
/* After a host thread was made: SIGSETXID is the program's, not the host's. */
void signals_renew(void);
/* Handlers, and what is ignored if so wanted, go back to the default. */
void sig_action_default(bool ignored_too);

#endif
