// SPDX-License-Identifier: MIT
/* efault-poll - poll, ppoll, select, epoll_ctl and epoll_wait with arrays that cannot be read or written. */
#include <sys/select.h>
#include <sys/syscall.h>
#include <time.h>

#include "badmem.h"
#include "kinds.h"
#include "poller.h"

static void tries(int fd, void *bad, bool readable)
{
	struct epoll_event ev = { .events = EPOLLOUT };
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	struct timespec zero = { 0 };
	struct timeval none = { 0 };
	int ep = ep_new();

	FAILS(poll(bad, 1, 0), EFAULT);
	FAILS(ppoll(bad, 1, &zero, NULL), EFAULT);
	FAILS(select(fd + 1, NULL, bad, NULL, &none), EFAULT);
	if (!readable) {
		FAILS(syscall(SYS_ppoll, &p, 1, bad, NULL, 8), EFAULT);
		FAILS(epoll_ctl(ep, EPOLL_CTL_ADD, fd, bad), EFAULT);
	}
	OK(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev));
	FAILS(epoll_wait(ep, bad, 1, 0), EFAULT);
	FAILS(epoll_pwait(ep, bad, 1, 0, NULL), EFAULT);
	GIVES(epoll_wait(ep, &ev, 1, 0), 1); /* it is ready still */
	OK(epoll_ctl(ep, EPOLL_CTL_DEL, fd, readable ? &ev : bad));
	OK(close(ep));
}

static void each(struct role *r, struct made *m)
{
	void *bad[5];

	(void)r;
	for (int i = unwritable(bad) - 1; i >= 0; i--) {
		about("kind %d, address %p", m->kind, bad[i]);
		tries(m->fd, bad[i], i == 4);
	}
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL & ~OF_LISTENERS, each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
