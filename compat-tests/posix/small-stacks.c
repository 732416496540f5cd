// SPDX-License-Identifier: MIT
/* small-stacks - every waiting call of a thread with the least stack that there may be. */
#include <limits.h>

#include "kinds.h"
#include "waiter.h"

static void *all_calls(void *arg)
{
	int *t = arg;
	char c[64];

	for (const struct wait_call *w = pollers; w->name; w++)
		GIVES(w->fn(&t[0]), 1);
	for (const struct wait_call *w = receivers; w->name; w++) {
		send_text(t[1], "x");
		GIVES(w->fn(&t[0]), 1);
	}
	GIVES(recv(t[0], c, sizeof(c), 0), 1);
	return NULL;
}

static void *makes_sockets(void *arg)
{
	struct role *r = arg;
	int t[2];

	own_pair(r, t);
	send_text(t[0], "small");
	want_text(t[1], "small");
	OK(close(t[0]));
	OK(close(t[1]));
	return NULL;
}

static void in_small(void *(*fn)(void *), void *arg)
{
	pthread_attr_t small;
	pthread_t t;

	GIVES(pthread_attr_init(&small), 0);
	GIVES(pthread_attr_setstacksize(&small, 16384), 0);
	GIVES(pthread_create(&t, &small, fn, arg), 0);
	GIVES(pthread_join(t, NULL), 0);
	pthread_attr_destroy(&small);
}

static void subject(struct role *r)
{
	int t[2];

	own_pair(r, t);
	send_text(t[1], "x");
	in_small(all_calls, t);
	in_small(makes_sockets, r);
	OK(close(t[0]));
	OK(close(t[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
