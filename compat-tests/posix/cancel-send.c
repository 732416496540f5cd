// SPDX-License-Identifier: MIT
/* cancel-send - pthread_cancel() ends a thread that waits in connect() or for room to send. */
#include "kinds.h"
#include "waiter.h"

static union addr silent;

static long wait_connect(void *fd)
{
	return connect(*(int *)fd, &silent.sa, addr_len(&silent));
}

static void subject(struct role *r)
{
	struct waiter w;
	int t[2], fd = tcp_socket(r);

	silent = nobody(r, 9);
	start_waiting(&w, wait_connect, &fd);
	cancel_wait(&w);
	OK(close(fd));
	own_pair(r, t);
	start_waiting(&w, wait_send, &t[0]);
	cancel_wait(&w);
	CHECK(wait_events(t[1], POLLIN, 5000) & POLLIN);
	OK(close(t[1]));
	OK(close(t[0]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
