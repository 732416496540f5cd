/* SPDX-License-Identifier: MIT */
/*
 * boot.h - how far the start of the instance is
 */
#ifndef IX_SHIM_BOOT_H
#define IX_SHIM_BOOT_H

#include <stdbool.h>
#include <stddef.h>

enum boot_state {
	BOOT_NOT,     /* nothing started */
	BOOT_RUNNING, /* a thread is in ix_start(); for ever so in the owner */
	BOOT_DONE,
	BOOT_FAILED, /* everything stays in the kernel */
};
extern int boot_state;
/* Address space that the instance took; 0 in a guest. */
extern size_t boot_bytes;

/* Of the thread that is to start it: false: another one does, or it is done. */
bool boot_begin(void);
/* bytes: see boot_bytes. */
void boot_end(bool started, size_t bytes);
/* BOOT_DONE or BOOT_FAILED, when it is over. */
int boot_await(void);
/* Is the caller the thread that starts it, or in the owner, where no thread ever
 * ends the start? */
bool boot_is_inside(void);
/* Wait for the end of a start that another thread is in: a child that is forked
 * before would never see it. */
void boot_settle(void);

static inline bool booted(void)
{
	return __atomic_load_n(&boot_state, __ATOMIC_ACQUIRE) == BOOT_DONE;
}

#endif
