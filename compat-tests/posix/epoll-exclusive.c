// SPDX-License-Identifier: MIT
/* epoll-exclusive - EPOLLEXCLUSIVE on a listener: at least one waiter wakes for each connection; MOD is refused. */
#include <pthread.h>

#include "poller.h"
#include "roles.h"

#define WAITERS 3
#define CONNS 30

static int ls;
static int served;

static void serve_ready(void)
{
	int fd = accept(ls, NULL, NULL);

	if (fd < 0) {
		GIVES(errno, EAGAIN);
		return;
	}
	send_text(fd, "x");
	close(fd);
	__atomic_fetch_add(&served, 1, __ATOMIC_SEQ_CST);
}

static void *waiter(void *unused)
{
	int ep = ep_new();

	ep_add(ep, ls, EPOLLIN | EPOLLEXCLUSIVE);
	while (__atomic_load_n(&served, __ATOMIC_SEQ_CST) < CONNS)
		if (ep_wait(ep, ls, 100) & EPOLLIN)
			serve_ready();
	close(ep);
	return unused;
}

static void subject(struct role *r)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	pthread_t t[WAITERS];
	int ep = ep_new();

	ls = listen_on(r, next_port(r), 64);
	set_nonblock(ls, true);
	ep_add(ep, ls, EPOLLIN | EPOLLEXCLUSIVE);
	FAILS(epoll_ctl(ep, EPOLL_CTL_MOD, ls, &ev), EINVAL);
	close(ep);
	served = 0;
	for (int i = 0; i < WAITERS; i++)
		GIVES(pthread_create(&t[i], NULL, waiter, NULL), 0);
	meet(r, 'l');
	for (int i = 0; i < WAITERS; i++)
		GIVES(pthread_join(t[i], NULL), 0);
	GIVES(served, CONNS);
	close(ls);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);

	meet(r, 'l');
	for (int i = 0; i < CONNS; i++)
		fetch_text(r, port, "x");
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
