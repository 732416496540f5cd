// SPDX-License-Identifier: MIT
/*
 * lease.c - who drives an ethread: waiting, and holders that died
 */
#include "core/lease.h"

#include <errno.h>

#include "base/raw.h"
#include "base/thread.h"

static __thread uint32_t self_tid;
static int proc = PROC_BY_NAME; /* of base/thread.h */

uint32_t lease_tid(void)
{
	uint32_t *tid = &self_tid;

	if (unlikely(!*tid))
		*tid = (uint32_t)raw_call(SYS_gettid);
	return *tid;
}

void lease_tid_reset(void)
{
	self_tid = 0;
}

void lease_set_proc(int dirfd)
{
	if (proc != PROC_NONE)
		proc = dirfd;
}

void lease_distrust_descriptors(void)
{
	proc = PROC_NONE;
}

bool lease_holder_dead(uint32_t tid)
{
	return thread_dead(proc, tid);
}

bool lease_thread_stopped(uint32_t tid)
{
	return thread_stopped(proc, tid);
}

int lease_reap(struct lease *l, uint32_t tid)
{
	if (!tidlock_reap(&l->word, tid, proc))
		return -EBUSY;
	l->recovered++;
	return LEASE_DEAD;
}

int lease_take_slow(struct lease *l, uint32_t tid, uint64_t wait_ns)
{
	int rc;

	if (lease_holder(l) == tid)
		return -EDEADLK;
	if (tidlock_spin(&l->word, tid))
		return LEASE_TAKEN;
	__atomic_fetch_add(&l->contended, 1, __ATOMIC_RELAXED);
	rc = tidlock_sleep(&l->word, tid, wait_ns, proc);
	if (rc == LEASE_DEAD)
		l->recovered++;
	return rc;
}
