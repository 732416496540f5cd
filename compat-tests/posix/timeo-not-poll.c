// SPDX-License-Identifier: MIT
/* timeo-not-poll - SO_RCVTIMEO and SO_SNDTIMEO do not bound poll(), nor what does not wait. */
#include <sys/time.h>

#include "kinds.h"

static void each(struct role *r, struct made *m)
{
	struct timeval limit = { .tv_usec = 10000 };
	uint64_t start = now_ms();
	char c;

	(void)r;
	OK(setsockopt(m->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	GIVES(wait_events(m->fd, POLLIN, 60), 0);
	took(start, 60, "poll()");
	if (!is_of(m, OF_LISTENERS)) {
		start = now_ms();
		FAILS(recv(m->fd, &c, 1, MSG_DONTWAIT), EAGAIN);
	}
}

static void subject(struct role *r)
{
	each_kind(r, OF_CONNECTIONS | OF_LISTENERS | (OF_UDP & ~OF(UDP_FRESH)),
		  each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
