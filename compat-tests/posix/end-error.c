// SPDX-License-Identifier: MIT
/* end-error - a reset by the other end ends every receive with ECONNRESET, and a poll with POLLERR. */
#include "roles.h"
#include "waiter.h"

static void subject(struct role *r)
{
	for (const struct wait_call *c = receivers; c->name; c++) {
		int fd = pair(r);
		struct waiter w, p;

		about("%s", c->name);
		start_waiting(&w, c->fn, &fd);
		start_waiting(&p, wait_poll, &fd);
		CHECK(still_waits(&w) && still_waits(&p));
		meet(r, 'w');
		GIVES(waited(&w), -1);
		GIVES(errno, ECONNRESET);
		GIVES(waited(&p), 1);
		CHECK(wait_all_events(fd, POLLIN, POLLHUP) & POLLHUP);
		OK(close(fd));
	}
}

static void helper(struct role *r)
{
	for (const struct wait_call *c = receivers; c->name; c++) {
		int fd = pair(r);
		struct linger now = { 1, 0 };

		OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)));
		meet(r, 'w');
		OK(close(fd));
	}
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
