// SPDX-License-Identifier: MIT
/*
 * sock_wait.c - a call waits for one socket
 */
#include <errno.h>

#include "shim/object/hold.h"
#include "shim/object/sock.h"
#include "shim/wait/sock_wait.h"
#include "shim/wait/wait.h"
#include "shim/wait/watch.h"

struct sock_wait {
	struct wait w;
	struct sock *s;
	struct sock_hold *hold; /* or NULL */
	unsigned events;
	size_t beyond; /* bytes that are not enough */
	struct watch *shared;
	struct pollfd kfd;
};

/* What waits in the error queue alone ends no call. */
static unsigned level(const struct sock *s)
{
	unsigned ev = sock_poll(s);

	return s->type == SOCK_DGRAM && !s->so_error ? ev & ~(unsigned)POLLERR :
						       ev;
}

static int sw_check(struct wait *w)
{
	struct sock_wait *sw = (struct sock_wait *)w;

	w->et = sw->s->o.et; /* it may move meanwhile */
	return (level(sw->s) & (sw->events | POLLERR | POLLHUP)) != 0;
}

/* Whatever there is, not only what SO_RCVLOWAT calls readable. */
static int sw_check_bytes(struct wait *w)
{
	struct sock_wait *sw = (struct sock_wait *)w;
	unsigned ends = POLLERR | POLLHUP | POLLRDHUP;

	w->et = sw->s->o.et;
	return sw->s->o.rx_bytes > sw->beyond || (level(sw->s) & ends);
}

static int sw_kernel(struct wait *w)
{
	struct sock_wait *sw = (struct sock_wait *)w;

	if (sw->hold)
		sw->kfd.fd = sock_held_kernel_fd(sw->hold);
	return poll_now(&sw->kfd, 1) > 0;
}

/* Other processes walk the list: a watch must lie in shared memory. */
static void sw_enlist(struct wait *w, int slot)
{
	struct sock_wait *sw = (struct sock_wait *)w;

	sw->shared = watch_new();
	if (!sw->shared)
		return;
	*sw->shared = (struct watch){ .events = sw->events, .slot = slot };
	sock_lock_own(sw->s);
	watch_add(sw->shared, sw->s);
	sock_unlock(sw->s);
}

static void sw_delist(struct wait *w)
{
	struct sock_wait *sw = (struct sock_wait *)w;

	if (!sw->shared)
		return;
	watch_drop(sw->shared);
	watch_free(sw->shared);
	sw->shared = NULL;
}

static void sw_leave(struct wait *w)
{
	struct sock_wait *sw = (struct sock_wait *)w;

	if (sw->hold)
		sock_let_go(sw->hold);
}

static int wait_one(struct sock_wait *sw, int64_t timeout_ns)
{
	int rc;

	sw->w.check = sw->w.check ? sw->w.check : sw_check;
	sw->w.kernel = sw->kfd.fd >= 0 ? sw_kernel : NULL;
	sw->w.enlist = sw_enlist;
	sw->w.delist = sw_delist;
	sw->w.leave = sw_leave;
	sw->w.kfds = &sw->kfd;
	sw->w.nkfds = sw->kfd.fd >= 0;
	sw->w.et = sw->s->o.et;
	sw->w.timeout_ns = timeout_ns;
	sw->w.restart = timeout_ns < 0;
	sw->kfd.events = (short)sw->events;
	rc = wait_run(&sw->w);
	return rc > 0 ? 0 : rc == 0 ? -EAGAIN : rc;
}

int sock_wait(struct sock *s, unsigned events, int64_t timeout_ns,
	      int kernel_fd)
{
	struct sock_wait sw = { .s = s,
				.events = events,
				.kfd = { .fd = kernel_fd } };

	return wait_one(&sw, timeout_ns);
}

int sock_wait_held(struct sock_hold *h, unsigned events, int64_t timeout_ns,
		   bool both)
{
	struct sock_wait sw = {
		.s = h->s,
		.hold = h,
		.events = events,
		.kfd = { .fd = both ? sock_held_kernel_fd(h) : -1 },
	};

	return wait_one(&sw, timeout_ns);
}

int sock_wait_bytes(struct sock_hold *h, size_t beyond, int64_t timeout_ns)
{
	struct sock_wait sw = { .w = { .check = sw_check_bytes },
				.s = h->s,
				.hold = h,
				.events = POLLIN,
				.beyond = beyond,
				.kfd = { .fd = -1 } };

	return wait_one(&sw, timeout_ns);
}
