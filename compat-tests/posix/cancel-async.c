// SPDX-License-Identifier: MIT
/* cancel-async - a thread that may be cancelled at any time is, in a wait and while it computes; its socket is as good as before. */
#include <time.h>

#include "kinds.h"
#include "waiter.h"

static long waits(void *fd)
{
	char c;

	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	return recv(*(int *)fd, &c, 1, 0);
}

static long polls(void *fd)
{
	struct pollfd p = { .fd = *(int *)fd, .events = POLLIN };

	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	return poll(&p, 1, -1);
}

static long sleeps(void *fd)
{
	struct timespec ts = { .tv_sec = 60 };

	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	send_text(*(int *)fd, "s");
	return nanosleep(&ts, NULL);
}

static void each(struct role *r, struct made *m)
{
	wait_fn *const calls[] = { waits, polls, sleeps };
	struct waiter w;

	(void)r;
	for (int i = 0; i < 3; i++) {
		start_waiting(&w, calls[i], &m->fd);
		cancel_wait(&w);
	}
	want_text(m->other, "s");
	send_text(m->other, "x");
	want_text(m->fd, "x");
	OK(close(m->fd));
	want_eof(m->other);
}

static void subject(struct role *r)
{
	each_kind(r, OF_CONNECTIONS, each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
