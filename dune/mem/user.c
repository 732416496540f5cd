/* SPDX-License-Identifier: MIT */
/*
 * user.c - what is the program's memory, and copies from and to it
 *
 * Trust: addresses are the program's. Which of them are its own does not change
 * while it runs, but what is mapped there may at any time: a copy may fail
 * wherever it is.
 */
#include <errno.h>
#include <string.h>

#include "dune/host/layout.h"
#include "dune/host/self.h"
#include "dune/host/uaccess.h"
#include "dune/mem/aspace.h"
#include "dune/mem/user.h"

static bool in_region(uint64_t addr, uint64_t len, bool write)
{
	unsigned i;

	for (i = 0; i < dune_config.nregions; i++) {
		const struct dune_region *r = &dune_config.regions[i];

		if (within(addr, len, (uint64_t)r->base,
			   (uint64_t)r->base + r->size))
			return r->writable || !write;
	}
	return false;
}

bool user_range_ok(uint64_t addr, uint64_t len)
{
	return !len || aspace_in_window(addr, len) ||
	       in_region(addr, len, false);
}

bool user_range_writable(uint64_t addr, uint64_t len)
{
	return !len || aspace_in_window(addr, len) ||
	       in_region(addr, len, true);
}

int check_in(uint64_t addr, uint64_t len)
{
	return !addr || user_range_ok(addr, len) ? 0 : -EFAULT;
}

int check_out(uint64_t addr, uint64_t len)
{
	return !addr || user_range_writable(addr, len) ? 0 : -EFAULT;
}

int user_get(void *to, uint64_t from, size_t len)
{
	if (!user_range_ok(from, len))
		return -EFAULT;
	return dune_copy(to, (const void *)from, len) ? -EFAULT : 0;
}

int user_put(uint64_t to, const void *from, size_t len)
{
	if (!user_range_writable(to, len))
		return -EFAULT;
	return dune_copy((void *)to, from, len) ? -EFAULT : 0;
}

int user_zero(uint64_t to, size_t len)
{
	static const char zeros[4096];
	size_t n;

	for (; len; to += n, len -= n) {
		n = len < sizeof(zeros) ? len : sizeof(zeros);
		if (user_put(to, zeros, n))
			return -EFAULT;
	}
	return 0;
}

long user_string(char *to, uint64_t from, size_t max)
{
	size_t len = 0;

	while (len <= max) {
		size_t n = PAGE_SIZE - ((from + len) & PAGE_MASK);
		const char *end;

		if (n > max + 1 - len)
			n = max + 1 - len;
		if (user_get(to + len, from + len, n))
			return -EFAULT;
		end = memchr(to + len, 0, n);
		if (end)
			return end - to;
		len += n;
	}
	return -ENAMETOOLONG;
}
