// SPDX-License-Identifier: MIT
/*
 * idle.c - sleep until a frame arrives or a timer is due
 */
#include <sys/eventfd.h>

#include "core/ethread.h"
#include "mem/uaccess.h"
#include "net/tcp/tcp.h"

static void disarm_devices(struct ethread *et, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (et->queue[i] == et->id)
			drv_disarm(et->core->dev[i], (uint16_t)et->id);
}

/* What is handed over from now on writes the eventfd: look after this. Was it
 * so before, for another sleeper? */
static uint32_t arm_inbox(struct ethread *et)
{
	if (et->inbox_fd < 0)
		return 1;
	return __atomic_exchange_n(&et->inbox_armed, 1, __ATOMIC_SEQ_CST);
}

static void disarm_inbox(struct ethread *et)
{
	eventfd_t count;

	if (et->inbox_fd < 0)
		return;
	__atomic_store_n(&et->inbox_armed, 0, __ATOMIC_SEQ_CST);
	eventfd_read(et->inbox_fd, &count);
}

/* Another thread sleeps on the devices: it would miss what has come. */
static bool others_sleep(const struct ethread *et)
{
	uint32_t tid = __atomic_load_n(&et->armed_tid, __ATOMIC_RELAXED);

	return tid && tid != lease_tid();
}

/* 1: one of them has, or had, frames, and we have armed none. */
static int arm_devices(struct ethread *et)
{
	int rc = 0, look = 0;
	unsigned i;

	for (i = 0; i < et->core->ndevs && rc != 1; i++) {
		if (et->queue[i] != et->id)
			continue;
		rc = drv_arm(et->core->dev[i], (uint16_t)et->id);
		look |= rc == DRV_LOOK;
	}
	if (rc != 1 && (!look || ethread_receive(et) == 0))
		return 0;
	if (!others_sleep(et))
		disarm_devices(et, i);
	et->stats.refused_rx++;
	return 1;
}

/* Frames to ourselves or to a device that has room again. What waits for memory
 * is tried again after a while: who has it may keep it for long. */
static int tx_due(struct ethread *et)
{
	uint32_t backlog = et->backlog;

	if (et->net.loop_head || et->net.ntx)
		return 1;
	if (backlog == 0 && tcp_pending(&et->net))
		return !et->net.starved;
	if (backlog == 0)
		return 0;
	ethread_flush(et);
	return et->backlog < backlog;
}

/* Is there anything that an iteration would do now? */
static int work_due(struct ethread *et, uint32_t flags)
{
	uint64_t *why = NULL;

	if (tx_due(et))
		why = &et->stats.refused_tx;
	else if (ethread_links_lost(et))
		why = &et->stats.refused_event;
	else if (et->inbox_fd >= 0 && ethread_inbox_waiting(et))
		why = &et->stats.refused_rx;
	else if (timer_next(&et->net.wheel) <= et->net.now)
		why = &et->stats.refused_timer;
	else if (flags & IX_ENTER_EVENTS && net_events_due(&et->net))
		why = &et->stats.refused_event;
	if (why)
		(*why)++;
	return why != NULL;
}

static void describe(struct ethread *et, struct ix_sleep *s)
{
	uint64_t retry = et->net.now + ETHREAD_RETRY_NS;
	unsigned i;
	int fd;

	s->nfds = 0;
	s->deadline_ns = timer_next(&et->net.wheel);
	if ((et->backlog || et->net.starved) && retry < s->deadline_ns)
		s->deadline_ns = retry;
	if (et->inbox_fd >= 0)
		s->fds[s->nfds++] = et->inbox_fd;
	for (i = 0; i < et->core->ndevs; i++) {
		if (et->queue[i] != et->id ||
		    drv_is_down(et->core->dev[i], (uint16_t)et->id))
			continue;
		fd = drv_fd(et->core->dev[i], (uint16_t)et->id);
		if (fd >= 0)
			s->fds[s->nfds++] = fd;
		if (fd >= 0 && drv_info(et->core->dev[i])->interrupt)
			continue;
		if (retry < s->deadline_ns)
			s->deadline_ns = retry;
	}
}

struct watch {
	struct ethread *et;
	struct ix_sleep *out;
	uint32_t flags;
};

static long watch(void *p)
{
	const struct watch *w = p;
	struct ethread *et = w->et;
	uint32_t was;
	int rc;

	et->net.now = clock_now(&et->clock, &et->tsc);
	was = arm_inbox(et);
	rc = work_due(et, w->flags) || arm_devices(et);
	et->stats.arms++;
	if (rc)
		et->stats.arms_refused++;
	else
		describe(et, w->out);
	if (rc && !was)
		__atomic_store_n(&et->inbox_armed, 0, __ATOMIC_SEQ_CST);
	return rc;
}

int ethread_watch(struct ethread *et, struct ix_sleep *out, uint64_t wait_ns,
		  uint32_t flags)
{
	struct ix_sleep s = { 0 };
	struct watch w = { .et = et, .out = &s, .flags = flags };
	int rc = ethread_take(et, wait_ns);

	if (rc < 0)
		return rc;
	rc = (int)ethread_on_stack(et, watch, &w);
	ethread_leave(et);
	if (rc == 0)
		rc = uaccess_put((uint64_t)(uintptr_t)out, &s, sizeof(s));
	return rc;
}

/* Devices stay armed for a thread of the program that sleeps on them. This is
 * not driving: the owner would think that nobody else does. */
void ethread_unwatch(struct ethread *et, uint64_t wait_ns)
{
	uint32_t driver = et->last_tid;

	if (ethread_take(et, wait_ns) < 0)
		return;
	et->last_tid = driver;
	if (!__atomic_load_n(&et->armed_tid, __ATOMIC_RELAXED)) {
		disarm_devices(et, et->core->ndevs);
		disarm_inbox(et);
	}
	ethread_leave(et);
}

/* Announced before the last look: the owner does not take away what that look
 * would miss. */
int ethread_arm(struct ethread *et, struct ix_sleep *out)
{
	int rc;

	if (!uaccess_ok((uint64_t)(uintptr_t)out, sizeof(*out)))
		return -EFAULT;
	__atomic_store_n(&et->armed_tid, lease_tid(), __ATOMIC_SEQ_CST);
	rc = ethread_watch(et, out, LEASE_FOREVER, IX_ENTER_EVENTS);
	if (rc != 0)
		__atomic_store_n(&et->armed_tid, 0, __ATOMIC_SEQ_CST);
	return rc;
}

void ethread_disarm(struct ethread *et)
{
	__atomic_store_n(&et->armed_tid, 0, __ATOMIC_SEQ_CST);
	ethread_unwatch(et, LEASE_FOREVER);
	if (__atomic_load_n(&et->owner_rests, __ATOMIC_SEQ_CST) &&
	    __atomic_exchange_n(&et->owner_rests, 0, __ATOMIC_SEQ_CST))
		eventfd_write(et->core->owner_wake_fd, 1);
}
