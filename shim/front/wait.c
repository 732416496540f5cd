// SPDX-License-Identifier: MIT
/*
 * wait.c - the calls that wait: poll, select, epoll
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/timespec.h"
#include "ix/libix.h"
#include "libix/share/usermem.h"
#include "shim/front/calls.h"
#include "shim/host/host.h"
#include "shim/object/round.h"
#include "shim/process/boot.h"
#include "shim/wait/epoll_ctl.h"
#include "shim/wait/epoll_wait.h"
#include "shim/wait/poll_wait.h"
#include "shim/wait/select_wait.h"
#include "shim/wait/wait.h"

static int64_t ts_ns(const struct timespec *ts)
{
	if (!ts)
		return -1;
	if (ts->tv_sec > INT64_MAX / 2000000000)
		return INT64_MAX;
	return timespec_ns(ts);
}

static bool ts_bad(const struct timespec *ts)
{
	if (!ts ||
	    (ts->tv_sec >= 0 && ts->tv_nsec >= 0 && ts->tv_nsec < NSEC_PER_SEC))
		return false;
	errno = EINVAL;
	return true;
}

int call_poll(struct pollfd *fds, nfds_t n, int ms)
{
	int64_t ns = ms < 0 ? -1 : ms * NSEC_PER_MSEC;

	return (int)ret_errno(poll_fds(fds, n, ns, NULL));
}

int call_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *user,
	       const sigset_t *mask)
{
	struct timespec copy, *ts = user ? &copy : NULL;

	if (user && ix_user_get(&copy, user, sizeof(copy)) < 0)
		return (int)ret_errno(-EFAULT);
	if (ts_bad(ts))
		return -1;
	return (int)ret_errno(poll_fds(fds, n, ts_ns(ts), mask));
}

int call___poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t size)
{
	if (size / sizeof(*fds) < n)
		abort();
	return call_poll(fds, n, ms);
}

int call___ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *ts,
		     const sigset_t *mask, size_t size)
{
	if (size / sizeof(*fds) < n)
		abort();
	return call_ppoll(fds, n, ts, mask);
}

/* Linux writes the time left into tv, which may be read-only. */
static void tv_left(struct timeval *tv, int64_t ns, uint64_t start)
{
	int64_t left = ns - (int64_t)(ix_now_ns() - start);
	struct timeval shown = ns_timeval(left > 0 ? left : 0);

	ix_user_put(tv, &shown, sizeof(shown));
}

int call_select(int n, fd_set *r, fd_set *w, fd_set *e, struct timeval *tv)
{
	struct timespec ts = { 0 };
	struct timeval limit;
	uint64_t start;
	int64_t ns;
	int rc;

	if (!select_ours(n, r, w, e)) {
		round_end();
		return host.select(n, r, w, e, tv);
	}
	if (tv) {
		if (ix_user_get(&limit, tv, sizeof(limit)) < 0)
			return (int)ret_errno(-EFAULT);
		ts.tv_sec = limit.tv_sec + limit.tv_usec / USEC_PER_SEC;
		ts.tv_nsec = limit.tv_usec % USEC_PER_SEC * NSEC_PER_USEC;
		if (ts_bad(&ts))
			return -1;
	}
	start = ix_now_ns();
	ns = ts_ns(tv ? &ts : NULL);
	rc = (int)ret_errno(select_fds(n, r, w, e, ns, NULL));
	if (tv)
		tv_left(tv, ns, start);
	return rc;
}

int call_pselect(int n, fd_set *r, fd_set *w, fd_set *e,
		 const struct timespec *user, const sigset_t *mask)
{
	struct timespec copy, *ts = user ? &copy : NULL;

	if (!select_ours(n, r, w, e)) {
		round_end();
		return host.pselect(n, r, w, e, user, mask);
	}
	if ((user && ix_user_get(&copy, user, sizeof(copy)) < 0) ||
	    (mask && !ix_user_readable(mask, _NSIG / 8)))
		return (int)ret_errno(-EFAULT);
	if (ts_bad(ts))
		return -1;
	return (int)ret_errno(select_fds(n, r, w, e, ts_ns(ts), mask));
}

/*
 * epoll
 */
int call_epoll_ctl(int epfd, int op, int fd, struct epoll_event *ev)
{
	return (int)ret_errno(epoll_ctl_fd(epfd, op, fd, ev));
}

int call_epoll_pwait(int epfd, struct epoll_event *out, int max, int ms,
		     const sigset_t *mask)
{
	int64_t ns = ms < 0 ? -1 : ms * NSEC_PER_MSEC;

	return (int)ret_errno(epoll_wait_fd(epfd, out, max, ns, mask));
}

int call_epoll_wait(int epfd, struct epoll_event *out, int max, int ms)
{
	return call_epoll_pwait(epfd, out, max, ms, NULL);
}

int call_epoll_pwait2(int epfd, struct epoll_event *out, int max,
		      const struct timespec *user, const sigset_t *mask)
{
	struct timespec copy, *ts = user ? &copy : NULL;
	int64_t ns = -1;

	if (user && ix_user_get(&copy, user, sizeof(copy)) < 0)
		return (int)ret_errno(-EFAULT);
	if (ts_bad(ts))
		return -1;
	if (ts && ts->tv_sec < INT64_MAX / NSEC_PER_SEC)
		ns = timespec_ns(ts);
	return (int)ret_errno(epoll_wait_fd(epfd, out, max, ns, mask));
}

/*
 * Cancellation of those who wait
 */
int call_pthread_setcanceltype(int type, int *old)
{
	int rc = host.pthread_setcanceltype(type, old);

	if (rc == 0)
		wait_cancel_async(type == PTHREAD_CANCEL_ASYNCHRONOUS);
	return rc;
}

int call_pthread_cancel(pthread_t thread)
{
	int rc = host.pthread_cancel(thread);

	if (rc == 0)
		wait_cancelled(booted());
	return rc;
}
