// SPDX-License-Identifier: MIT
/*
 * uaccess.c - the windows of program memory
 */
#include "mem/uaccess.h"

/* The user half of the address space, without the page at 0. */
struct uaccess_window uaccess_window[UACCESS_WINDOWS] = {
	{ .lo = 4096, .hi = UINT64_C(0x7ffffffff000) },
};

bool uaccess_ok_slow(uint64_t addr, uint64_t len)
{
	const struct uaccess_window *w;

	if (len == 0)
		return true;
	for (w = uaccess_window; w < uaccess_window + UACCESS_WINDOWS; w++)
		if (addr >= w->lo && addr < w->hi && len <= w->hi - addr)
			return true;
	return false;
}

const struct ix_fixup *uaccess_fixups(size_t *n_out)
{
	*n_out = (size_t)(__stop_ix_fixups - __start_ix_fixups);
	return __start_ix_fixups;
}
