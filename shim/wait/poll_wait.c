// SPDX-License-Identifier: MIT
/*
 * poll_wait.c - poll over sockets of both worlds
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/timespec.h"
#include "libix/share/usermem.h"
#include "shim/host/host.h"
#include "shim/object/fd.h"
#include "shim/object/round.h"
#include "shim/object/sock.h"
#include "shim/wait/epoll_instance.h"
#include "shim/wait/poll_wait.h"
#include "shim/wait/wait.h"
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
		if (p->socks[i] && p->socks[i]->world == WORLD_STACK)
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
		if (!s || s->world == WORLD_KERNEL)
			continue;
		p->socks[i] = s;
		ours = true;
		if (s->world == WORLD_STACK)
			p->kfds[i].fd = -1;
	}
	return ours;
}

static int kernel_poll(struct pollfd *fds, unsigned n, int64_t ns,
		       const sigset_t *mask)
{
	struct timespec ts = ns_timespec(ns < 0 ? 0 : ns);
	int rc;

	round_end();
	rc = host.ppoll(fds, n, ns < 0 ? NULL : &ts, mask);
	return rc < 0 ? -errno : rc;
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
	return rc < 0 ? rc : count(p->fds, p->n);
}

/* What was found becomes the program's, as far as its array is there. */
static int give(struct pollfd *fds, const struct poll_wait *p)
{
	unsigned i;

	for (i = 0; i < p->n; i++)
		if (ix_user_put(&fds[i].revents, &p->fds[i].revents,
				sizeof(fds[i].revents)) < 0)
			return -EFAULT;
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
	return rc >= 0 && give(fds, &p) < 0 ? -EFAULT : rc;
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
		return -ENOMEM;
	p.watch = (struct watch **)(p.socks + n);
	p.kfds = (struct pollfd *)(p.watch + n);
	p.fds = p.kfds + n;
	memcpy(p.fds, fds, n * sizeof(*fds));
	rc = poll_freeing(&p, ns, mask);
	if (rc >= 0 && give(fds, &p) < 0)
		rc = -EFAULT;
	free(p.socks);
	return rc;
}

int poll_fds(struct pollfd *fds, nfds_t n, int64_t ns, const sigset_t *mask)
{
	/* the kernel knows what is wrong with the rest */
	if (n > 1u << 20 || !ix_user_readable(fds, n * sizeof(*fds)) ||
	    (mask && !ix_user_readable(mask, _NSIG / 8)) ||
	    !any_ours(fds, (unsigned)n))
		return kernel_poll(fds, (unsigned)n, ns, mask);
	return n <= ON_STACK ? poll_few(fds, (unsigned)n, ns, mask) :
			       poll_many(fds, (unsigned)n, ns, mask);
}
