// SPDX-License-Identifier: MIT
/*
 * epoll_wait.c - epoll_wait
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stddef.h>

#include "base/raw.h"
#include "base/timespec.h"
#include "libix/share/usermem.h"
#include "shim/host/host.h"
#include "shim/object/fd.h"
#include "shim/object/root.h"
#include "shim/object/round.h"
#include "shim/wait/epoll_half.h"
#include "shim/wait/epoll_instance.h"
#include "shim/wait/epoll_wait.h"
#include "shim/wait/wait.h"
#include "shim/wait/watch.h"

/* Events that EPOLL* and POLL* share by value. */
#define EV_MASK                                                             \
	(EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLERR | EPOLLHUP | EPOLLRDHUP | \
	 EPOLLRDNORM | EPOLLRDBAND | EPOLLWRNORM | EPOLLWRBAND)

#define JOINED INT_MIN /* no errno */

/* Where the kernel has but halves of our listeners: looks without a wait. */
#define LOOK_AGAIN_NS 10000

/* Somebody waits who drives home. */
static void note_home(struct epoll *ep, unsigned home)
{
	uint8_t was = ep->home;

	if (was == home + 1 || was == HOME_MIXED)
		return;
	ep->home = was ? HOME_MIXED : (uint8_t)(home + 1);
}

struct ep_wait {
	struct wait w;
	struct epoll *ep;
	struct epoll_event *out;
	int max, n;
	bool bad; /* out is not there */
	int epfd;
	struct ep_waiter *waiter;
	struct pollfd kfd;
	uint64_t id; /* ep->waits; 0: nothing of the stack's yet */
};

/* false: the program's array is not there. */
static bool give(struct epoll_event *out, uint32_t events, uint64_t data)
{
	char *at = (char *)out;

	return ix_user_set32((uint32_t *)at, events) &&
	       ix_user_set64(
		       (uint64_t *)(at + offsetof(struct epoll_event, data)),
		       data);
}

/*
 * Report items that are ready. Level-triggered ones stay on the list, behind
 * the others, until a look finds them idle.
 */
static int collect(struct ep_wait *ew)
{
	struct epoll *ep = ew->ep;
	struct epitem *last = NULL, *i;
	unsigned ev;

	if (!ep->ready)
		return 0;
	ep_lock(ep);
	if (!ew->id)
		ew->id = ++ep->waits;
	while (ep->ready && ep->ready != last && ew->n < ew->max) {
		i = ep->ready;
		ready_drop(ep, i);
		ev = item_poll(i) & EV_MASK;
		if (!ev || i->off)
			continue;
		if (!give(&ew->out[ew->n], ev, i->data)) {
			ready_push(ep, i);
			ew->bad = true;
			break;
		}
		i->told_in = ew->id;
		i->told_at = ew->n++;
		if (i->events & EPOLLONESHOT) {
			i->off = 1;
		} else if (!(i->events & EPOLLET)) {
			ready_push(ep, i);
			if (!last)
				last = i;
		}
	}
	ep_unlock(ep);
	return ew->n + ew->bad;
}

static int ew_check(struct wait *w)
{
	return collect((struct ep_wait *)w);
}

/* The kernel's half of an item has events: into to, true; or added to what is
 * reported already, or nothing that the program wants now. */
static bool half_event(struct ep_wait *ew, struct epitem *i, uint32_t events,
		       struct epoll_event *to)
{
	bool alone = false;

	ep_lock(ew->ep);
	/* it may have gone just now */
	events &= i->half && i->ep == ew->ep ? i->events | EV_ALWAYS : 0;
	if (ew->id && i->told_in == ew->id) {
		ew->out[i->told_at].events |= events;
	} else if (!i->off && events) {
		to->events = events;
		to->data.u64 = i->data;
		i->off = (i->events & EPOLLONESHOT) != 0;
		alone = true;
	}
	ep_unlock(ew->ep);
	return alone;
}

/* Translate got events of the kernel's instance in place; how many are left for
 * the program. */
static int translate(struct ep_wait *ew, struct epoll_event *at, long got)
{
	struct epitem *i;
	int kept = 0;
	long k;

	for (k = 0; k < got; k++) {
		if (at[k].data.u64 == KICK_DATA) {
			if (ew->ep && !ew->ep->nested)
				epoll_kick(ew->ep, false);
		} else if (!half_of(at[k].data.u64, &i)) {
			at[kept++] = at[k];
		} else if (ew->ep) {
			kept += half_event(ew, i, at[k].events, &at[kept]);
		}
	}
	return kept;
}

/* Append what the kernel's instance has, our own kick left out. */
static int ew_kernel(struct wait *w)
{
	struct ep_wait *ew = (struct ep_wait *)w;
	struct epoll_event *at = ew->out + ew->n;
	uint64_t now = ix_drive_now(w->et);
	long got;
	int kept;

	if (ew->n == ew->max ||
	    (!ew->ep->foreign && now - ew->ep->looked_ns < LOOK_AGAIN_NS))
		return 0;
	epoll_show_nested();
	got = raw_call(SYS_epoll_pwait, ew->epfd, at, ew->max - ew->n, 0, NULL,
		       0);
	ew->bad |= got < 0 && errno == EFAULT;
	kept = translate(ew, at, got);
	/* what is ready may still be so: only idleness is believed for a while */
	ew->ep->looked_ns = got > 0 ? 0 : now;
	ew->n += kept;
	return kept + ew->bad;
}

static void ew_enlist(struct wait *w, int slot)
{
	struct ep_wait *ew = (struct ep_wait *)w;
	struct ep_waiter *me = epoll_pool_get(&shim_root->epwaiters);

	ew->waiter = me;
	if (!me)
		return;
	me->slot = slot;
	ep_lock(ew->ep);
	me->next = ew->ep->waiters;
	me->pprev = &ew->ep->waiters;
	if (me->next)
		me->next->pprev = &me->next;
	ew->ep->waiters = me;
	ep_unlock(ew->ep);
}

static void ew_delist(struct wait *w)
{
	struct ep_wait *ew = (struct ep_wait *)w;
	struct ep_waiter *me = ew->waiter;
	bool unused;

	if (!me)
		return;
	ep_lock(ew->ep);
	*me->pprev = me->next;
	if (me->next)
		me->next->pprev = me->pprev;
	unused = ew->ep->closed && !ew->ep->waiters;
	ep_unlock(ew->ep);
	wait_pool_put(&shim_root->epwaiters, me);
	ew->waiter = NULL;
	if (unused)
		wait_pool_put(&shim_root->epolls, ew->ep);
}

static int stack_wait(struct epoll *ep, int epfd, struct epoll_event *out,
		      int max, int64_t timeout_ns, const sigset_t *mask)
{
	struct ep_wait ew = {
		.w = { .check = ew_check,
		       .kernel = ew_kernel,
		       .enlist = ew_enlist,
		       .delist = ew_delist,
		       .nkfds = 1,
		       .et = ix_home(),
		       .timeout_ns = timeout_ns,
		       .mask = mask },
		.ep = ep,
		.out = out,
		.max = max,
		.epfd = epfd,
		.kfd = { .fd = epfd, .events = POLLIN },
	};
	int rc;

	note_home(ep, ew.w.et);
	ew.w.kfds = &ew.kfd;
	rc = wait_run(&ew.w);
	if (rc < 0)
		return rc;
	if (ew.n)
		round_begin();
	else if (ew.bad)
		return -EFAULT;
	return ew.n;
}

/*
 * The newer call only for what the older one cannot say: kernels before 5.11
 * and some tracers lack it.
 */
static int kernel_pwait(int epfd, struct epoll_event *out, int max,
			int64_t timeout_ns, const sigset_t *mask)
{
	struct timespec ts = ns_timespec(timeout_ns < 0 ? 0 : timeout_ns);
	int64_t ms = timeout_ns < 0 ? -1 : timeout_ns / NSEC_PER_MSEC;
	int n;

	if (timeout_ns >= 0 && (timeout_ns % NSEC_PER_MSEC || ms > INT_MAX))
		n = host.epoll_pwait2(epfd, out, max, &ts, mask);
	else
		n = host.epoll_pwait(epfd, out, max, (int)ms, mask);
	return n < 0 ? -errno : n;
}

static void waits_no_more(void *epfd)
{
	epoll_kernel_waiters(*(int *)epfd, -1);
}

static int kernel_sleep(int epfd, struct epoll_event *out, int max,
			int64_t timeout_ns, const sigset_t *mask)
{
	int n;

	epoll_kernel_waiters(epfd, 1);
	pthread_cleanup_push(waits_no_more, &epfd);
	n = kernel_pwait(epfd, out, max, timeout_ns, mask);
	pthread_cleanup_pop(1);
	return n;
}

/* The kernel's instance alone, until a stack socket joins it; JOINED: that has
 * ended the wait, and nothing is there for the program. */
static int kernel_wait(int epfd, struct epoll_event *out, int max,
		       int64_t timeout_ns, const sigset_t *mask)
{
	struct ep_wait ew = { .out = out };
	int n = kernel_sleep(epfd, out, max, timeout_ns, mask), kept;

	if (n <= 0)
		return n;
	ew.ep = fd_epoll(epfd);
	kept = translate(&ew, out, n);
	return kept ? kept : JOINED;
}

int epoll_wait_fd(int epfd, struct epoll_event *out, int max,
		  int64_t timeout_ns, const sigset_t *mask)
{
	struct epoll *ep = fd_epoll(epfd);
	int rc;

	if (!ep) {
		round_end();
		rc = kernel_wait(epfd, out, max, timeout_ns, mask);
		if (rc != JOINED)
			return rc;
		ep = fd_epoll(epfd);
		if (!ep)
			return 0;
	}
	if (max <= 0 || max > INT_MAX / (int)sizeof(*out))
		return -EINVAL;
	if (!ix_user_range(out, (size_t)max * sizeof(*out)) ||
	    (mask && !ix_user_readable(mask, _NSIG / 8)))
		return -EFAULT;
	return stack_wait(ep, epfd, out, max, timeout_ns, mask);
}
