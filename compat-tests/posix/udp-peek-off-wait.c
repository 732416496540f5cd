// SPDX-License-Identifier: MIT
/* udp-peek-off-wait - with SO_PEEK_OFF a peek waits, at rest, for what has not been looked at, and so long as SO_RCVTIMEO says. */
#include <pthread.h>
#include <sys/time.h>
#include <time.h>

#include "kinds.h"

#define LATER_MS 500

static void *send_later(void *arg)
{
	sleep_ms(LATER_MS);
	send_text(*(int *)arg, "cd");
	return NULL;
}

static uint64_t own_cpu_ms(void)
{
	struct timespec ts;

	OK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts));
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static void subject(struct role *r)
{
	struct timeval limit = { .tv_usec = 100000 };
	uint64_t start, cpu;
	pthread_t t;
	char got[8];
	int u[2];

	own_udp(r, u);
	set_int(u[0], SOL_SOCKET, SO_PEEK_OFF, 0);
	send_text(u[1], "ab");
	GIVES(recv(u[0], got, sizeof(got), MSG_PEEK), 2);
	start = now_ms();
	cpu = own_cpu_ms();
	GIVES(pthread_create(&t, NULL, send_later, &u[1]), 0);
	GIVES(recv(u[0], got, sizeof(got), MSG_PEEK), 2);
	CHECK(memcmp(got, "cd", 2) == 0);
	took(start, LATER_MS - 100, "a peek at what is to come");
	CHECK(own_cpu_ms() - cpu < LATER_MS / 2);
	GIVES(pthread_join(t, NULL), 0);
	OK(setsockopt(u[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	FAILS(recv(u[0], got, sizeof(got), MSG_PEEK), EAGAIN);
	OK(close(u[0]));
	OK(close(u[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
