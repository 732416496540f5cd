// SPDX-License-Identifier: MIT
/* oneway-late - small messages one way, each some milliseconds after the other, come without a delay. */
#include <time.h>

#include "kinds.h"

/* More than may be sent before the first is acknowledged. */
#define MESSAGES 200

static const unsigned gaps_ms[] = { 5, 1 };
#define GAPS (sizeof(gaps_ms) / sizeof(*gaps_ms))

static int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The machine is the same for both, so their clock is. Lines, as a log makes
 * them: what Nagle holds is held until the one before is acknowledged. */
static void measure(int fd, unsigned gap_ms)
{
	int64_t late[MESSAGES], sent;

	for (int i = 0; i < MESSAGES; i++) {
		recv_all(fd, &sent, sizeof(sent));
		late[i] = now_us() - sent;
	}
	qsort(late, MESSAGES, sizeof(*late), by_size);
	if (late[MESSAGES / 2] > 4000 * slow())
		WRONG("with %u ms between them half are late by %lld us",
		      gap_ms, (long long)late[MESSAGES / 2]);
}

static void subject(struct role *r, int fd)
{
	for (size_t i = 0; i < GAPS; i++) {
		meet(r, 's');
		measure(fd, gaps_ms[i]);
	}
}

static void send_each(int fd, unsigned gap_ms)
{
	for (int i = 0; i < MESSAGES; i++) {
		int64_t now = now_us();

		send_all(fd, &now, sizeof(now));
		sleep_ms(gap_ms);
	}
}

static void helper(struct role *r, int fd)
{
	for (size_t i = 0; i < GAPS; i++) {
		meet(r, 's');
		send_each(fd, gaps_ms[i]);
	}
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
