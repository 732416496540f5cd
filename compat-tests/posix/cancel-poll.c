// SPDX-License-Identifier: MIT
/* cancel-poll - pthread_cancel() ends a thread that waits in poll, ppoll, select, pselect or epoll_wait. */
#include "kinds.h"
#include "waiter.h"

static void each(struct role *r, struct made *m)
{
	struct waiter w;

	(void)r;
	for (const struct wait_call *c = pollers; c->name; c++) {
		about("%s of kind %d", c->name, m->kind);
		start_waiting(&w, c->fn, &m->fd);
		cancel_wait(&w);
	}
}

static void subject(struct role *r)
{
	each_kind(r, OF_CONNECTIONS | OF_LISTENERS | OF(UDP_BOUND), each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
