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
	BOOT_RUNNING, /* a thread is in ix_start(); for ever in the owner */
	BOOT_DONE,
	BOOT_FAILED, /* everything stays in the kernel */
};
extern int boot_state;
/* Bytes of address space that the instance took; 0 in a guest. */
extern size_t boot_bytes;

/* The calling thread is to start the instance; false: another one does, or
 * did. */
bool boot_begin(void);
/* The start is over; bytes: see boot_bytes. */
void boot_end(bool started, size_t bytes);
/* Wait until the start is over, if it has begun; the state then. */
int boot_await(void);
/* Is the caller the thread that starts the instance, or in the owner, where the
 * start never ends? */
bool boot_is_inside(void);
/* Wait for the end of a start that another thread makes. To be called before a
 * fork: a child that is forked meanwhile would never see the end. */
void boot_settle(void);

static inline bool booted(void)
{
	return __atomic_load_n(&boot_state, __ATOMIC_ACQUIRE) == BOOT_DONE;
}

#endif
