/* SPDX-License-Identifier: MIT */
/*
 * uaccess.h - the dataplane's way to program memory
 *
 * Trust: every address here comes from the program and is hostile. Nothing
 * else in the dataplane dereferences one before uaccess_ok() has said that it
 * lies in the program's window. In direct mode the window is the user half of
 * the address space and a bad address in it faults as the program's own would;
 * in protected mode the host sets the window at start.
 */
#ifndef IX_MEM_UACCESS_H
#define IX_MEM_UACCESS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Addresses in [lo, hi) are the program's. Constant after start. */
struct uaccess_window {
	uint64_t lo, hi;
};
extern struct uaccess_window uaccess_window;

/* Does [addr, addr + len) lie in the window? An empty range does anywhere. */
static inline bool uaccess_ok(uint64_t addr, uint64_t len)
{
	const struct uaccess_window *w = &uaccess_window;

	if (len == 0)
		return true;
	return addr >= w->lo && addr < w->hi && len <= w->hi - addr;
}

/* Copy from the program. 0 or -EFAULT. */
static inline int uaccess_get(void *to, uint64_t from, size_t len)
{
	if (!uaccess_ok(from, len))
		return -EFAULT;
	if (len)
		memcpy(to, (const void *)(uintptr_t)from, len);
	return 0;
}

/* Copy to the program. 0 or -EFAULT. */
static inline int uaccess_put(uint64_t to, const void *from, size_t len)
{
	if (!uaccess_ok(to, len))
		return -EFAULT;
	if (len)
		memcpy((void *)(uintptr_t)to, from, len);
	return 0;
}

#endif
