// SPDX-License-Identifier: MIT
/*
 * procs.c - the processes that use an instance
 *
 * A slot is taken by the process itself (or by boot for the first one) and
 * given back by the owner alone, when the process is gone.
 */
#include <errno.h>

#include "control/host/instance/procs.h"

uint32_t procs_pid(const struct instance *in, unsigned slot)
{
	return __atomic_load_n(&in->proc[slot], __ATOMIC_ACQUIRE);
}

static void grow_top(struct instance *in, uint32_t top)
{
	uint32_t old = __atomic_load_n(&in->proc_top, __ATOMIC_RELAXED);

	while (old < top &&
	       !__atomic_compare_exchange_n(&in->proc_top, &old, top, false,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

int procs_add(struct instance *in, uint32_t pid)
{
	uint32_t i, none;

	for (i = 0; i < INSTANCE_PROCS; i++)
		if (procs_pid(in, i) == pid)
			return (int)i;
	for (i = 0; i < INSTANCE_PROCS; i++) {
		none = 0;
		if (!__atomic_compare_exchange_n(&in->proc[i], &none, pid,
						 false, __ATOMIC_ACQ_REL,
						 __ATOMIC_RELAXED))
			continue;
		grow_top(in, i + 1);
		return (int)i;
	}
	return -ENOSPC;
}

void procs_remove(struct instance *in, unsigned slot)
{
	__atomic_store_n(&in->proc[slot], 0, __ATOMIC_RELEASE);
}
