// SPDX-License-Identifier: MIT
/* timeo-calls - SO_RCVTIMEO bounds every receiving call and accept(), of streams, datagrams and wildcard sockets; 0 takes it off. */
#include <sys/time.h>

#include "kinds.h"
#include "waiter.h"

#define LIMIT_MS 15 /* a kernel that counts in ticks is early by some */

static void each(struct role *r, struct made *m)
{
	struct timeval limit = { .tv_usec = LIMIT_MS * 1000 };
	uint64_t start;

	(void)r;
	OK(setsockopt(m->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	if (is_of(m, OF_LISTENERS)) {
		start = now_ms();
		FAILS(wait_accept(&m->fd), EAGAIN);
		FAILS(wait_accept4(&m->fd), EAGAIN);
		took(start, LIMIT_MS, "accept");
		return;
	}
	for (const struct wait_call *c = receivers; c->name; c++) {
		about("%s of kind %d", c->name, m->kind);
		start = now_ms();
		FAILS(c->fn(&m->fd), EAGAIN);
		took(start, LIMIT_MS / 2, c->name);
	}
}

static void endless(struct role *r)
{
	struct timeval limit = { .tv_usec = 1000 }, none = { 0 };
	struct waiter w;
	int t[2];

	own_pair(r, t);
	OK(setsockopt(t[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	OK(setsockopt(t[0], SOL_SOCKET, SO_RCVTIMEO, &none, sizeof(none)));
	start_waiting(&w, wait_recv, &t[0]);
	CHECK(still_waits(&w));
	send_text(t[1], "x");
	GIVES(waited(&w), 1);
	OK(close(t[0]));
	OK(close(t[1]));
}

static void subject(struct role *r)
{
	each_kind(r,
		  OF(TCP_CONNECTED) | OF_LISTENERS | OF(UDP_BOUND) |
			  OF(UDP_BOUND_ANY),
		  each);
	endless(r);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
