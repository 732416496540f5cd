// SPDX-License-Identifier: MIT
/* cancel-recv - pthread_cancel() ends a thread that waits in any receiving call, of a stream or a datagram socket, which is as good as before. */
#include "kinds.h"
#include "waiter.h"

static void each(struct role *r, struct made *m)
{
	struct waiter w;

	(void)r;
	for (const struct wait_call *c = receivers; c->name; c++) {
		about("%s of kind %d", c->name, m->kind);
		start_waiting(&w, c->fn, &m->fd);
		cancel_wait(&w);
	}
	if (is_of(m, OF_CONNECTIONS)) {
		send_text(m->other, "x");
		want_text(m->fd, "x");
	}
}

static void subject(struct role *r)
{
	each_kind(r, OF_CONNECTIONS | (OF_UDP & ~OF(UDP_FRESH)), each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
