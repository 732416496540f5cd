// SPDX-License-Identifier: MIT
/*
 * owner.c - what the owner process, or the keeper, asks of the program's side
 */
#include <errno.h>

#include "base/thread.h"
#include "base/tidlock.h"
#include "libix/share/app.h"

static bool owner_ready(void)
{
	struct ix_app *app = ix_self.boot.info.app_base;

	if (!app || !__atomic_load_n(&app->ready, __ATOMIC_ACQUIRE))
		return false;
	ix_self.app = app;
	return true;
}

static uint64_t next_check(unsigned et, uint64_t now)
{
	struct ix_et *e;
	uint64_t last;

	if (!owner_ready())
		return now + IX_UNDRIVEN_NS;
	e = ix_et(et);
	__atomic_store_n(&e->owner_asleep, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&e->armed, __ATOMIC_SEQ_CST))
		return UINT64_MAX;
	__atomic_store_n(&e->owner_asleep, 0, __ATOMIC_SEQ_CST);
	last = __atomic_load_n(&e->last_poll_ns, __ATOMIC_RELAXED);
	return last + IX_UNDRIVEN_NS > now ? last + IX_UNDRIVEN_NS : 0;
}

#define OWNER_ROUNDS 16 /* at most, before others get the lock */

/*
 * The owner sleeps armed on the devices after this, until it is told of
 * activity: also where another thread is at it just now, which may make a
 * deadline that the owner knows nothing of.
 */
static void drive(unsigned et)
{
	struct ix_et *e = ix_et(et);
	unsigned i;

	__atomic_store_n(&e->owner_asleep, 1, __ATOMIC_SEQ_CST);
	if (!ix_et_trylock(et)) {
		/* as good as driven, unless the holder is dead */
		uint32_t holder = tidlock_holder(&e->lock.word);

		if (!holder || !thread_dead(PROC_BY_NAME, holder)) {
			e->last_poll_ns = ix_now_ns();
			return;
		}
		ix_et_lock(et);
	}
	for (i = 0; i < OWNER_ROUNDS; i++)
		if (ix_round(e, IX_DRIVE_POLL) <= 0)
			break;
	ix_et_unlock(et);
}

static void process_gone(int slot, int pid)
{
	if (!owner_ready())
		return;
	ix_slots_forget((uint32_t)pid);
	if (ix_self.h->process_gone)
		ix_self.h->process_gone(slot, pid);
}

static int describe_fds(int pid, int out_fd)
{
	return ix_self.h->describe_fds ? ix_self.h->describe_fds(pid, out_fd) :
					 -ENOSYS;
}

static int work_fd(void)
{
	return ix_self.h->work_fd ? ix_self.h->work_fd() : -ENOSYS;
}

static int work(int readable)
{
	return ix_self.h->work && owner_ready() ? ix_self.h->work(readable) : 0;
}

const struct ix_app_ops ix_app_ops = {
	.drive = drive,
	.process_gone = process_gone,
	.describe_fds = describe_fds,
	.next_check = next_check,
	.work_fd = work_fd,
	.work = work,
};
