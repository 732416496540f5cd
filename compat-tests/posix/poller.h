/* SPDX-License-Identifier: MIT */
/*
 * poller - short words for epoll.
 */
#ifndef IX_POSIX_POLLER_H
#define IX_POSIX_POLLER_H

#include <sys/epoll.h>

#include "check.h"

static inline int ep_new(void)
{
	int ep = epoll_create1(EPOLL_CLOEXEC);

	OK(ep);
	return ep;
}

static inline void ep_set(int ep, int op, int fd, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.fd = fd };

	OK(epoll_ctl(ep, op, fd, &ev));
}

static inline void ep_add(int ep, int fd, uint32_t events)
{
	ep_set(ep, EPOLL_CTL_ADD, fd, events);
}

/* The events of the one fd that is ready within ms, 0 for none. */
static inline uint32_t ep_wait(int ep, int fd, int ms)
{
	struct epoll_event ev[4] = { 0 };
	int n;

	do
		n = epoll_wait(ep, ev, 4, ms);
	while (n < 0 && errno == EINTR);
	OK(n);
	if (n == 0)
		return 0;
	GIVES(n, 1);
	GIVES(ev[0].data.fd, fd);
	return ev[0].events;
}

/* The same until all of `want` shows: see wait_all_events(). */
static inline uint32_t ep_wait_all(int ep, int fd, uint32_t want)
{
	uint32_t got = ep_wait(ep, fd, 5000);
	uint64_t start = now_ms();

	while ((got & want) != want && now_ms() - start < 1000) {
		sleep_ms(1);
		got = ep_wait(ep, fd, 0);
	}
	return got;
}

#endif
