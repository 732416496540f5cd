// SPDX-License-Identifier: MIT
/*
 * robust.c - what the end of a thread tells others: its id, its robust list
 *
 * Trust: the kernel would follow a list of the program's into the dataplane, so
 * this does, through user_get(), user_put() and user_range_writable().
 */
#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>

#include "dune/host/host.h"
#include "dune/host/native.h"
#include "dune/host/self.h"
#include "dune/mem/user.h"
#include "dune/task/robust.h"
#include "dune/task/threads.h"

static void wake_one(uint64_t word)
{
	host(SYS_futex, word, FUTEX_WAKE, 1);
}

/* The owner of a robust futex is gone. false: the list is broken. */
static bool owner_died(uint64_t word, pid_t tid, bool pi, bool pending)
{
	uint32_t val;
	int rc;

	if ((word & 3) || !user_range_writable(word, sizeof(val)) ||
	    user_get(&val, word, sizeof(val)))
		return false;
	if (pending && !pi && !val) {
		/* it died between its unlock and the wake */
		wake_one(word);
		return true;
	}
	do {
		if ((val & FUTEX_TID_MASK) != (uint32_t)tid)
			return true;
		rc = dune_cas_raw((uint32_t *)(uintptr_t)word, &val,
				  (val & FUTEX_WAITERS) | FUTEX_OWNER_DIED);
	} while (rc == 0);
	if (rc > 0 && !pi && (val & FUTEX_WAITERS))
		wake_one(word);
	return rc > 0;
}

void robust_release(struct dune_thread *t)
{
	struct {
		uint64_t next;
		int64_t offset;
		uint64_t pending;
	} head;
	uint64_t at, next, list = t->robust_list;

	t->robust_list = 0;
	if (!list || user_get(&head, list, sizeof(head)))
		return;
	at = head.next;
	for (int n = 0; n < ROBUST_LIST_LIMIT && (at & ~1ull) != list; n++) {
		/* the entry may be gone once it is released */
		bool more = !user_get(&next, at & ~1ull, sizeof(next));

		if ((at & ~1ull) != (head.pending & ~1ull) &&
		    !owner_died((at & ~1ull) + (uint64_t)head.offset, t->tid,
				at & 1, false))
			return;
		if (!more)
			return;
		at = next;
	}
	if (head.pending)
		owner_died((head.pending & ~1ull) + (uint64_t)head.offset,
			   t->tid, head.pending & 1, true);
}

void thread_release_futexes(struct dune_thread *t)
{
	static const uint32_t zero;

	robust_release(t);
	if (t->clear_tid && !user_put(t->clear_tid, &zero, sizeof(zero)))
		wake_one(t->clear_tid);
	t->clear_tid = 0;
}

/* --- system calls --- */

long sys_set_tid_address(struct dune_thread *t, const uint64_t a[6])
{
	t->clear_tid = a[0];
	return t->tid;
}

#define ROBUST_HEAD_SIZE 24

long sys_set_robust_list(struct dune_thread *t, const uint64_t a[6])
{
	if (a[1] != ROBUST_HEAD_SIZE)
		return -EINVAL;
	t->robust_list = a[0];
	return 0;
}

long sys_get_robust_list(struct dune_thread *t, const uint64_t a[6])
{
	const uint64_t size = ROBUST_HEAD_SIZE;
	const struct dune_thread *of;
	uint64_t list = 0;

	threads_lock();
	of = a[0] ? threads_find((pid_t)a[0]) : t;
	if (of)
		list = of->robust_list;
	threads_unlock();
	if (!of)
		return -ESRCH;
	if (user_put(a[2], &size, sizeof(size)))
		return -EFAULT;
	return user_put(a[1], &list, sizeof(list));
}
