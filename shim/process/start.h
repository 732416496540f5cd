/* SPDX-License-Identifier: MIT */
/*
 * start.h - start of the instance, when the program first needs it
 */
#ifndef IX_SHIM_START_H
#define IX_SHIM_START_H

#include "shim/process/boot.h"

#define START_FAILED 125 /* exit status, as of env(1) and ix-run */

/* Start the instance if that was not tried yet, or wait for the start; true: an
 * instance runs. caller: the return address of the program's call, by which
 * calls of the dataplane itself are known. */
bool boot_slow(const void *caller);

static inline bool boot(const void *caller)
{
	if (__builtin_expect(__atomic_load_n(&boot_state, __ATOMIC_ACQUIRE) ==
				     BOOT_DONE,
			     1))
		return true;
	return boot_slow(caller);
}

/* Write a line to standard error: before, a colon, what and after. */
void start_say(const char *before, const char *what, const char *after);

#endif
