// SPDX-License-Identifier: MIT
/* end-shut-rd - SHUT_RD by another thread ends every receive of a stream with 0, those of a datagram socket that is connected too. */
#include "kinds.h"
#include "waiter.h"

static void each(struct role *r, struct made *m)
{
	struct waiter w;

	(void)r;
	start_waiting(&w, wait_recv, &m->fd);
	CHECK(still_waits(&w));
	OK(shutdown(m->fd, SHUT_RD));
	GIVES(waited(&w), 0);
	/* from then on a stream does not wait */
	for (const struct wait_call *c = receivers; c->name; c++)
		if (is_of(m, OF_CONNECTIONS))
			GIVES(c->fn(&m->fd), 0);
}

static void one_call(struct role *r, wait_fn *fn)
{
	struct waiter w;
	int t[2];

	own_pair(r, t);
	start_waiting(&w, fn, &t[0]);
	OK(shutdown(t[0], SHUT_RD));
	GIVES(waited(&w), 0);
	OK(close(t[0]));
	OK(close(t[1]));
}

static void subject(struct role *r)
{
	each_kind(r, OF_CONNECTIONS | OF_CONNECTED_UDP, each);
	for (const struct wait_call *c = receivers; c->name; c++) {
		about("%s", c->name);
		one_call(r, c->fn);
	}
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
