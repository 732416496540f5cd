// SPDX-License-Identifier: MIT
/* epoll-threads - a socket that another thread adds wakes a thread that waits already. */
#include <pthread.h>

#include "poller.h"
#include "roles.h"

static void *waiter(void *arg)
{
	struct epoll_event ev;

	GIVES(epoll_wait(*(int *)arg, &ev, 1, 10000), 1);
	GIVES(ev.events, EPOLLIN);
	want_text(ev.data.fd, "x");
	return NULL;
}

static void subject(struct role *r, int fd)
{
	int ep = ep_new();
	pthread_t t;

	for (int added_late = 0; added_late < 2; added_late++) {
		if (!added_late)
			meet(r, 's');
		GIVES(pthread_create(&t, NULL, waiter, &ep), 0);
		sleep_ms(50);
		if (added_late)
			ep_set(ep, EPOLL_CTL_DEL, fd, 0);
		ep_add(ep, fd, EPOLLIN);
		if (added_late)
			meet(r, 't');
		GIVES(pthread_join(t, NULL), 0);
	}
	close(ep);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	send_text(fd, "x"); /* there before the fd is added */
	meet(r, 't');
	send_text(fd, "x"); /* comes after */
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
