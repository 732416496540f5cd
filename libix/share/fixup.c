// SPDX-License-Identifier: MIT
/*
 * fixup.c - where a call goes on when memory that it was given is not there
 */
#include "libix/share/app.h"
#include "libix/share/usermem.h"

static uint64_t find(const struct ix_fixup *f, size_t n, uint64_t at)
{
	for (; n; n--, f++)
		if (f->at == at)
			return f->resume;
	return 0;
}

static bool writable(const volatile char *p)
{
	__asm__ goto("1: lock orb $0, %0\n"
		     ".pushsection ix_fixups, \"aw\"\n"
		     ".balign 8\n"
		     ".quad 1b, %l[fault]\n"
		     ".popsection"
		     :
		     : "m"(*p)
		     : "cc", "memory"
		     : fault);
	return true;
fault:
	return false;
}

bool ix_user_writable(void *to, size_t n)
{
	return ix_user_pages(to, n, writable);
}

uint64_t ix_fixup(uint64_t at)
{
	const struct ix_dp *dp = ix_self.dp;
	uint64_t resume = find(__start_ix_fixups,
			       (size_t)(__stop_ix_fixups - __start_ix_fixups),
			       at);
	const struct ix_fixup *theirs;
	size_t n;

	if (resume || !dp || !dp->fixups)
		return resume;
	theirs = dp->fixups(&n);
	return find(theirs, n, at);
}
