// SPDX-License-Identifier: MIT
/*
 * poll.c - poll, ppoll, select, pselect over sockets of both worlds
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/timespec.h"
#include "libix/share/usermem.h"
#include "shim/front/calls.h"
#include "shim/host/host.h"
#include "shim/option/priv.h"
#include "shim/wait/watch.h"

#define ON_STACK 32 /* fds that need no allocation */

/* POLL* that poll(2) reports without being asked. */
#define ALWAYS (POLLERR | POLLHUP | POLLNVAL)

struct poll_wait {
	struct wait w;
	struct pollfd *fds; /* a copy of the program's array */
	unsigned n;
	struct sock **socks;  /* [n], NULL: the kernel's alone */
	struct pollfd *kfds;  /* [n], fd -1: the stack's alone */
	struct watch **watch; /* [n] */
};

static int pw_check(struct wait *w)
{
	struct poll_wait *p = (struct poll_wait *)w;
	int ready = 0;
	unsigned i;

	for (i = 0; i < p->n; i++) {
		if (!p->socks[i])
			continue;
		/* as on Linux its close by another thread is no event */
		if (!__atomic_load_n(&p->socks[i]->refs, __ATOMIC_RELAXED))
			continue;
		p->fds[i].revents =
			(short)(sock_poll(p->socks[i]) &
				((unsigned)p->fds[i].events | ALWAYS));
		ready += p->fds[i].revents != 0;
	}
	return ready;
}

/* Adds what the kernel says; returns how many became ready by it. */
static int pw_kernel(struct wait *w)
{
	struct poll_wait *p = (struct poll_wait *)w;
	int ready = 0;
	unsigned i;

	epoll_show_nested();
	for (i = 0; i < p->n; i++)
		if (p->socks[i] && p->socks[i]->world == SOCK_STACK)
			p->kfds[i].fd = -1; /* it has left the kernel */
	if (poll_now(p->kfds, p->n) <= 0)
		return 0;
	for (i = 0; i < p->n; i++) {
		if (p->kfds[i].fd < 0 || !p->kfds[i].revents)
			continue;
		ready += !p->socks[i] || !p->fds[i].revents;
		if (!p->socks[i])
			p->fds[i].revents = 0;
		p->fds[i].revents |= p->kfds[i].revents;
	}
	return ready;
}

static void pw_enlist(struct wait *w, int slot)
{
	struct poll_wait *p = (struct poll_wait *)w;
	unsigned i;

	for (i = 0; i < p->n; i++) {
		if (!p->socks[i])
			continue;
		p->watch[i] = watch_new();
		if (!p->watch[i])
			continue;
		*p->watch[i] =
			(struct watch){ .events = (uint32_t)p->fds[i].events,
					.slot = slot };
		sock_lock_own(p->socks[i]);
		watch_add(p->watch[i], p->socks[i]);
		sock_unlock(p->socks[i]);
	}
}

static void pw_delist(struct wait *w)
{
	struct poll_wait *p = (struct poll_wait *)w;
	unsigned i;

	for (i = 0; i < p->n; i++) {
		if (!p->watch[i])
			continue;
		watch_drop(p->watch[i]);
		watch_free(p->watch[i]);
		p->watch[i] = NULL;
	}
}

/* Sort fds by world; false: all of them are the kernel's. */
static bool sort(struct poll_wait *p)
{
	bool ours = false;
	unsigned i;

	for (i = 0; i < p->n; i++) {
		struct sock *s = fd_sock(p->fds[i].fd);
		struct epoll *ep = fd_epoll(p->fds[i].fd);

		p->kfds[i] = p->fds[i];
		p->kfds[i].revents = 0;
		p->fds[i].revents = 0;
		p->socks[i] = NULL;
		p->watch[i] = NULL;
		if (ep) {
			epoll_nested(ep, p->fds[i].fd);
			ours = true;
		}
		if (!s || s->world == SOCK_KERNEL)
			continue;
		p->socks[i] = s;
		ours = true;
		if (s->world == SOCK_STACK)
			p->kfds[i].fd = -1;
	}
	return ours;
}

static int kernel_poll(struct pollfd *fds, unsigned n, int64_t ns,
		       const sigset_t *mask)
{
	struct timespec ts = ns_timespec(ns < 0 ? 0 : ns);

	round_end();
	return host.ppoll(fds, n, ns < 0 ? NULL : &ts, mask);
}

static bool any_ours(const struct pollfd *fds, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (fd_lookup(fds[i].fd).kind != FD_NONE)
			return true;
	return false;
}

static int count(const struct pollfd *fds, unsigned n)
{
	unsigned i;
	int ready = 0;

	for (i = 0; i < n; i++)
		ready += fds[i].revents != 0;
	return ready;
}

static bool kernel_fds(const struct poll_wait *p)
{
	unsigned i;

	for (i = 0; i < p->n; i++)
		if (p->kfds[i].fd >= 0)
			return true;
	return false;
}

static int stack_poll(struct poll_wait *p, int64_t ns, const sigset_t *mask)
{
	int rc;

	if (!sort(p))
		return kernel_poll(p->fds, p->n, ns, mask);
	p->w = (struct wait){
		.check = pw_check,
		.kernel = kernel_fds(p) ? pw_kernel : NULL,
		.exact = true,
		.enlist = pw_enlist,
		.delist = pw_delist,
		.kfds = p->kfds,
		.nkfds = p->n,
		.et = ix_home(),
		.timeout_ns = ns,
		.mask = mask,
	};
	rc = wait_run(&p->w);
	if (rc < 0) {
		errno = -rc;
		return -1;
	}
	return count(p->fds, p->n);
}

static int fail(int err)
{
	errno = err;
	return -1;
}

/* What was found becomes the program's, as far as its array is there. */
static int give(struct pollfd *fds, const struct poll_wait *p)
{
	unsigned i;

	for (i = 0; i < p->n; i++)
		if (ix_user_put(&fds[i].revents, &p->fds[i].revents,
				sizeof(fds[i].revents)) < 0)
			return fail(EFAULT);
	return 0;
}

static int poll_few(struct pollfd *fds, unsigned n, int64_t ns,
		    const sigset_t *mask)
{
	struct pollfd copy[ON_STACK], kfds[ON_STACK];
	struct sock *socks[ON_STACK];
	struct watch *watch[ON_STACK];
	struct poll_wait p = { .fds = copy,
			       .n = n,
			       .socks = socks,
			       .kfds = kfds,
			       .watch = watch };
	int rc;

	memcpy(copy, fds, n * sizeof(*fds));
	rc = stack_poll(&p, ns, mask);
	return rc >= 0 && give(fds, &p) < 0 ? -1 : rc;
}

/* p->socks is freed if the thread is cancelled. */
static __attribute__((noinline)) int
poll_freeing(struct poll_wait *p, int64_t ns, const sigset_t *mask)
{
	int rc;

	pthread_cleanup_push(free, p->socks);
	rc = stack_poll(p, ns, mask);
	pthread_cleanup_pop(0);
	return rc;
}

static int poll_many(struct pollfd *fds, unsigned n, int64_t ns,
		     const sigset_t *mask)
{
	struct poll_wait p = { .n = n };
	size_t each = 2 * sizeof(*fds) + 2 * sizeof(void *);
	int rc;

	p.socks = malloc(n * each);
	if (!p.socks)
		return fail(ENOMEM);
	p.watch = (struct watch **)(p.socks + n);
	p.kfds = (struct pollfd *)(p.watch + n);
	p.fds = p.kfds + n;
	memcpy(p.fds, fds, n * sizeof(*fds));
	rc = poll_freeing(&p, ns, mask);
	if (rc >= 0 && give(fds, &p) < 0)
		rc = -1;
	free(p.socks);
	return rc;
}

static int do_poll(struct pollfd *fds, nfds_t n, int64_t ns,
		   const sigset_t *mask)
{
	/* the kernel knows what is wrong with the rest */
	if (n > 1u << 20 || !ix_user_readable(fds, n * sizeof(*fds)) ||
	    (mask && !ix_user_readable(mask, _NSIG / 8)) ||
	    !any_ours(fds, (unsigned)n))
		return kernel_poll(fds, (unsigned)n, ns, mask);
	return n <= ON_STACK ? poll_few(fds, (unsigned)n, ns, mask) :
			       poll_many(fds, (unsigned)n, ns, mask);
}

int call_poll(struct pollfd *fds, nfds_t n, int ms)
{
	return do_poll(fds, n, ms < 0 ? -1 : ms * NSEC_PER_MSEC, NULL);
}

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

int call_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *user,
	       const sigset_t *mask)
{
	struct timespec copy, *ts = user ? &copy : NULL;

	if (user && ix_user_get(&copy, user, sizeof(copy)) < 0)
		return fail(EFAULT);
	if (ts_bad(ts))
		return -1;
	return do_poll(fds, n, ts_ns(ts), mask);
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

/*
 * select: the sets as an array of struct pollfd. An fd above FD_SETSIZE is
 * legal where the program allocated larger sets.
 */
typedef unsigned long word;
#define WORD_BITS (8 * sizeof(word))

static bool bit(const fd_set *set, int fd)
{
	return set && ((const word *)set)[(unsigned)fd / WORD_BITS] >>
				      ((unsigned)fd % WORD_BITS) &
			      1;
}

static void bit_put(fd_set *set, int fd, bool on)
{
	word *w, m = (word)1 << ((unsigned)fd % WORD_BITS);

	if (!set)
		return;
	w = &((word *)set)[(unsigned)fd / WORD_BITS];
	*w = on ? *w | m : *w & ~m;
}

/* Events that select(2) counts as readable, writable, exceptional. */
#define SEL_IN (POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR)
#define SEL_OUT (POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR)
#define SEL_EX POLLPRI

static unsigned sets_to_fds(int n, const fd_set *r, const fd_set *w,
			    const fd_set *e, struct pollfd *fds)
{
	unsigned k = 0;
	int fd;

	for (fd = 0; fd < n; fd++) {
		short ev = (short)((bit(r, fd) ? POLLIN : 0) |
				   (bit(w, fd) ? POLLOUT : 0) |
				   (bit(e, fd) ? POLLPRI : 0));

		if (ev)
			fds[k++] = (struct pollfd){ .fd = fd, .events = ev };
	}
	return k;
}

static int fds_to_sets(const struct pollfd *fds, unsigned n, fd_set *r,
		       fd_set *w, fd_set *e)
{
	int bits = 0;
	unsigned i;

	for (i = 0; i < n; i++) {
		int fd = fds[i].fd, got = fds[i].revents;
		bool in = got & SEL_IN && bit(r, fd);
		bool out = got & SEL_OUT && bit(w, fd);
		bool ex = got & SEL_EX && bit(e, fd);

		bit_put(r, fd, in);
		bit_put(w, fd, out);
		bit_put(e, fd, ex);
		bits += in + out + ex;
	}
	return bits;
}

static size_t set_bytes(int n)
{
	return ((size_t)n + WORD_BITS - 1) / WORD_BITS * sizeof(word);
}

static bool set_there(const fd_set *set, int n)
{
	return !set || ix_user_readable(set, set_bytes(n));
}

static bool set_open(fd_set *set, int n)
{
	return !set || ix_user_writable(set, set_bytes(n));
}

/* The kernel knows what is wrong with sets that are not there. */
static bool select_ours(int n, const fd_set *r, const fd_set *w,
			const fd_set *e)
{
	int fd;

	if (n <= 0 || !set_there(r, n) || !set_there(w, n) || !set_there(e, n))
		return false;
	for (fd = 0; fd < n; fd++)
		if ((bit(r, fd) || bit(w, fd) || bit(e, fd)) &&
		    fd_lookup(fd).kind != FD_NONE)
			return true;
	return false;
}

/* fds is freed if the thread is cancelled. */
static __attribute__((noinline)) int
select_freeing(struct pollfd *fds, unsigned n, int64_t ns, const sigset_t *mask)
{
	int rc;

	pthread_cleanup_push(free, fds);
	rc = do_poll(fds, n, ns, mask);
	pthread_cleanup_pop(0);
	return rc;
}

static int do_select(int n, fd_set *r, fd_set *w, fd_set *e, int64_t ns,
		     const sigset_t *mask)
{
	struct pollfd *fds = malloc((size_t)n * sizeof(*fds));
	unsigned k, i;
	int rc;

	if (!fds)
		return fail(ENOMEM);
	k = sets_to_fds(n, r, w, e, fds);
	rc = select_freeing(fds, k, ns, mask);
	for (i = 0; rc > 0 && i < k; i++)
		if (fds[i].revents & POLLNVAL)
			rc = fail(EBADF);
	if (rc >= 0 && !(set_open(r, n) && set_open(w, n) && set_open(e, n)))
		rc = fail(EFAULT);
	if (rc >= 0)
		rc = fds_to_sets(fds, k, r, w, e);
	free(fds);
	return rc;
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
			return fail(EFAULT);
		ts.tv_sec = limit.tv_sec + limit.tv_usec / USEC_PER_SEC;
		ts.tv_nsec = limit.tv_usec % USEC_PER_SEC * NSEC_PER_USEC;
		if (ts_bad(&ts))
			return -1;
	}
	start = ix_now_ns();
	ns = ts_ns(tv ? &ts : NULL);
	rc = do_select(n, r, w, e, ns, NULL);
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
		return fail(EFAULT);
	if (ts_bad(ts))
		return -1;
	return do_select(n, r, w, e, ts_ns(ts), mask);
}
