// SPDX-License-Identifier: MIT
/* cancel-disabled - a thread that has cancellation disabled waits on; it goes at the next point after it is enabled, with its handlers run. */
#include "kinds.h"
#include "waiter.h"

static int handled;

static void on_cancel(void *arg)
{
	(void)arg;
	handled++;
}

static long two_bytes(void *fd)
{
	char c;
	long n;

	pthread_cleanup_push(on_cancel, NULL);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	n = recv(*(int *)fd, &c, 1, 0);
	if (n == 1)
		handled += 10;
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	n = recv(*(int *)fd, &c, 1, 0);
	pthread_cleanup_pop(0);
	return n;
}

static void subject(struct role *r)
{
	struct waiter w;
	int t[2];

	handled = 0;
	own_pair(r, t);
	start_waiting(&w, two_bytes, &t[0]);
	GIVES(pthread_cancel(w.thread), 0);
	sleep_ms(30);
	CHECK(still_waits(&w));
	GIVES(handled, 0);
	send_text(t[1], "1");
	cancel_wait(&w);
	GIVES(handled, 11);
	send_text(t[1], "2");
	want_text(t[0], "2");
	OK(close(t[0]));
	OK(close(t[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
