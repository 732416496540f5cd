/* SPDX-License-Identifier: MIT */
/*
 * uaccess.h - the dataplane's way to program memory
 *
 * Trust: every address here comes from the program and is hostile. Nothing
 * else in the dataplane dereferences one. uaccess_ok() says whether it is the
 * program's at all, the copies survive it being unmapped. In direct mode the
 * program's memory is the user half of the address space, and nobody handles
 * the fault: it is as the program's own would be. In protected mode the host
 * sets the windows at start and the guest's ring 0 handles it.
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

/* Addresses in [lo, hi) of any of these are the program's. Constant after
 * start; the first one is looked at first. */
struct uaccess_window {
	uint64_t lo, hi;
};
#define UACCESS_WINDOWS 3
extern struct uaccess_window uaccess_window[UACCESS_WINDOWS];

/* Where copies that fault go on: for the handler of ring 0's faults. */
const struct ix_fixup *uaccess_fixups(size_t *n_out);

bool uaccess_ok_slow(uint64_t addr, uint64_t len);

/* Memory of the program that cannot fault and so may be touched directly: the
 * first window alone, which is libix's shared memory in protected mode. */
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

/* Where the addresses have been checked. 0, or -EFAULT. */
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
