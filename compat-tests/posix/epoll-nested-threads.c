// SPDX-License-Identifier: MIT
/* epoll-nested-threads - threads that nest epolls, wait in them and close them do not disturb each other. */
#include <pthread.h>

#include "poller.h"
#include "roles.h"

#define CHURNERS 3
#define ROUNDS 2000

static int readable;
static int stop;

/* Nested, found ready, closed: inside out or outside in. */
static void *churn(void *arg)
{
	int inside_out = *(int *)arg;

	for (int i = 0; i < ROUNDS; i++) {
		int inner = ep_new(), outer = ep_new();

		ep_add(inner, readable, EPOLLIN);
		ep_add(outer, inner, EPOLLIN);
		GIVES(ep_wait(outer, inner, 5000), EPOLLIN);
		GIVES(ep_wait(inner, readable, 5000), EPOLLIN);
		OK(close(inside_out ? inner : outer));
		OK(close(inside_out ? outer : inner));
	}
	return NULL;
}

/* One that lasts, looked at all the while. */
static void *look(void *unused)
{
	int inner = ep_new(), outer = ep_new();

	ep_add(outer, inner, EPOLLIN);
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		ep_add(inner, readable, EPOLLIN);
		GIVES(ep_wait(outer, inner, 5000), EPOLLIN);
		ep_set(inner, EPOLL_CTL_DEL, readable, 0);
		GIVES(ep_wait(outer, inner, 0), 0);
	}
	close(inner);
	close(outer);
	return unused;
}

static void subject(struct role *r, int fd)
{
	static int order[CHURNERS] = { 0, 1, 0 };
	pthread_t t[CHURNERS], looker;

	readable = fd;
	stop = 0;
	meet(r, 's');
	GIVES(pthread_create(&looker, NULL, look, NULL), 0);
	for (int i = 0; i < CHURNERS; i++)
		GIVES(pthread_create(&t[i], NULL, churn, &order[i]), 0);
	for (int i = 0; i < CHURNERS; i++)
		GIVES(pthread_join(t[i], NULL), 0);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	GIVES(pthread_join(looker, NULL), 0);
	want_text(fd, "x");
	meet(r, 'd');
}

static void helper(struct role *r, int fd)
{
	send_text(fd, "x");
	meet(r, 's');
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
