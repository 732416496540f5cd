/* SPDX-License-Identifier: MIT */
/*
 * uaccess.h - checked access of the dataplane to program memory
 *
 * Trust: every address here comes from the program and may be hostile. Nothing
 * else in the dataplane dereferences one. uaccess_ok() says whether an address
 * belongs to the program; the copies return an error if it is not mapped. In
 * direct mode program memory is the user half of the address space, and a fault
 * ends the program as a fault of its own would. In protected mode the host sets
 * the windows at start, and ring 0 of the guest handles faults of the copies.
 */
#ifndef IX_MEM_UACCESS_H
#define IX_MEM_UACCESS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/branch.h"
#include "base/checked_copy.h"

/* Addresses in [lo, hi) of any window belong to the program. Constant after
 * start; the first window is checked first. */
struct uaccess_window {
	uint64_t lo, hi;
};
#define UACCESS_WINDOWS 3
extern struct uaccess_window uaccess_window[UACCESS_WINDOWS];

/* The table by which the fault handler of ring 0 continues copies that
 * fault. */
const struct ix_fixup *uaccess_fixups(size_t *n_out);

bool uaccess_ok_slow(uint64_t addr, uint64_t len);

/* Is [addr, addr + len) program memory that cannot fault, so that it may be
 * accessed directly? That is the first window, which is the shared memory of
 * libix in protected mode. */
static inline bool uaccess_pinned(uint64_t addr, uint64_t len)
{
	const struct uaccess_window *w = &uaccess_window[0];

	return addr >= w->lo && addr < w->hi && len <= w->hi - addr;
}

/* Does [addr, addr + len) lie in a window? An empty range does anywhere. */
static inline bool uaccess_ok(uint64_t addr, uint64_t len)
{
	if (likely(uaccess_pinned(addr, len)))
		return true;
	return uaccess_ok_slow(addr, len);
}

/* Copy when the addresses have been checked before. 0 or -EFAULT. */
static inline int uaccess_copy(void *to, const void *from, size_t len)
{
	return checked_copy(to, from, len);
}

/* Copy from the program. 0 or -EFAULT. */
static inline int uaccess_get(void *to, uint64_t from, size_t len)
{
	if (!uaccess_ok(from, len))
		return -EFAULT;
	return uaccess_copy(to, (const void *)(uintptr_t)from, len);
}

/* Copy to the program. 0 or -EFAULT. */
static inline int uaccess_put(uint64_t to, const void *from, size_t len)
{
	if (!uaccess_ok(to, len))
		return -EFAULT;
	return uaccess_copy((void *)(uintptr_t)to, from, len);
}

#endif
