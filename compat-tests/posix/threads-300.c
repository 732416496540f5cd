// SPDX-License-Identifier: MIT
/* threads-300 - three hundred threads block in receives of their own at little cost, and each is woken. */
#include <sys/resource.h>
#include <sys/time.h>

#include "kinds.h"
#include "waiter.h"

#define THREADS 300
#define IDLE_MS 400
#define CALM_MS 5000 /* until all of them wait */

static int fds[THREADS];
static pthread_t threads[THREADS];

static void *reader(void *arg)
{
	char c;

	GIVES(recv(*(int *)arg, &c, 1, 0), 1);
	GIVES(c, 'x');
	return NULL;
}

static long used_ms(void)
{
	struct rusage u;

	OK(getrusage(RUSAGE_SELF, &u));
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
	       (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

/* Whoever looks all the time is at it in every stretch of time. */
static void want_idle(void)
{
	uint64_t start = now_ms();
	long used;

	do {
		used = used_ms();
		sleep_ms(IDLE_MS);
		used = used_ms() - used;
	} while (used > IDLE_MS / 10 && now_ms() - start < CALM_MS * slow());
	if (used > IDLE_MS / 10)
		WRONG("%ld ms of CPU time used in %d ms of waiting", used,
		      IDLE_MS);
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
