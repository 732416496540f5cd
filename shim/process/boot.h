/* SPDX-License-Identifier: MIT */
/*
 * boot.h - start of the instance
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

/* true: an instance runs. Starts it if that was not tried yet; caller is the
 * return address of the program's call. */
bool boot_slow(const void *caller);
/* Wait for the end of a start that another thread is in: a child that is forked
 * before would never see it. */
void boot_settle(void);

/* lockall.c: around a start, which maps a lot. */
void lockall_pause(void);
void lockall_resume(void);

/* reexec.c: become ix-run if that has to host the program; else return. */
void reexec(int argc, char **argv);

/* user.c: start the instance and become IX_USER, if that is set. 0, or -errno
 * and one line in err. */
int user_become(char *err, size_t size);

static inline bool boot(const void *caller)
{
	if (__builtin_expect(__atomic_load_n(&boot_state, __ATOMIC_ACQUIRE) ==
				     BOOT_DONE,
			     1))
		return true;
	return boot_slow(caller);
}

static inline bool booted(void)
{
	return __atomic_load_n(&boot_state, __ATOMIC_ACQUIRE) == BOOT_DONE;
}

#endif
