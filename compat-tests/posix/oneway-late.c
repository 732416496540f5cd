// SPDX-License-Identifier: MIT
/* oneway-late - small messages one way, each a few milliseconds after the other, come without a delay. */
#include <time.h>

#include "kinds.h"

#define MESSAGES 60
#define GAP_MS 5

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
static void subject(struct role *r, int fd)
{
	int64_t late[MESSAGES], sent;

	meet(r, 's');
	for (int i = 0; i < MESSAGES; i++) {
		recv_all(fd, &sent, sizeof(sent));
		late[i] = now_us() - sent;
	}
	qsort(late, MESSAGES, sizeof(*late), by_size);
	if (late[MESSAGES / 2] > 4000 * slow())
		WRONG("half of the messages are late by %lld us",
		      (long long)late[MESSAGES / 2]);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	for (int i = 0; i < MESSAGES; i++) {
		int64_t now = now_us();

		send_all(fd, &now, sizeof(now));
		sleep_ms(GAP_MS);
	}
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
