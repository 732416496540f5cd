// SPDX-License-Identifier: MIT
/* threads-300 - three hundred threads block in receives of their own at little cost, and each is woken. */
#include "kinds.h"
#include "waiter.h"

#define THREADS 300

static int fds[THREADS];
static pthread_t threads[THREADS];

static void *reader(void *arg)
{
	char c;

	GIVES(recv(*(int *)arg, &c, 1, 0), 1);
	GIVES(c, 'x');
	return NULL;
}

static void subject(struct role *r)
{
	pthread_attr_t small;
	int from = udp_socket(r);

	GIVES(pthread_attr_init(&small), 0);
	GIVES(pthread_attr_setstacksize(&small, 128 << 10), 0);
	for (int i = 0; i < THREADS; i++) {
		fds[i] = bound_udp(r);
		GIVES(pthread_create(&threads[i], &small, reader, &fds[i]), 0);
	}
	want_idle();
	for (int i = 0; i < THREADS; i++) {
		union addr to = name_of(fds[i]);

		GIVES(sendto(from, "x", 1, 0, &to.sa, addr_len(&to)), 1);
	}
	for (int i = 0; i < THREADS; i++) {
		GIVES(pthread_join(threads[i], NULL), 0);
		OK(close(fds[i]));
	}
	pthread_attr_destroy(&small);
	OK(close(from));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
