/* SPDX-License-Identifier: MIT */
/*
 * sigtable.h - the program's signal actions, and the host's action for each
 *
 * SIGSEGV and SIGBUS are always caught in the host, and signals whose default
 * is to dump core are caught while the program has the default for them.
 */
#ifndef IX_DUNE_TASK_SIGTABLE_H
#define IX_DUNE_TASK_SIGTABLE_H

#include <stdbool.h>
#include <stdint.h>

/* The layout of rt_sigaction()'s struct. */
struct sig_action {
	uint64_t handler, flags, restorer, mask;
};

/* Begin with the process's actions: what it ignores, the program ignores. */
void sig_action_start(void);
/* The table's lock, for a fork and for the end of the process. */
void sig_action_lock(void);
void sig_action_unlock(void);
/* Get the action of a signal that is about to be delivered; one with
 * SA_RESETHAND becomes the default with that. */
void sig_action_take(int sig, struct sig_action *out);
/* Is the default action of this signal to dump core? */
bool sig_dumps_core(int sig);
/* Get and set an action. act and old_out may be NULL. */
void sig_action_get(int sig, struct sig_action *out);
void sig_action_set(int sig, const struct sig_action *act,
		    struct sig_action *old_out);
/* Call it after pthread_create(), which may have installed glibc's handler of
 * SIGSETXID: it sets the action that the program has for that signal. */
void signals_renew(void);
/* Reset handlers to the default, and, if ignored_too, ignored signals as
 * well. */
void sig_action_default(bool ignored_too);

#endif
