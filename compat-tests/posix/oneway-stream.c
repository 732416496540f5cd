// SPDX-License-Identifier: MIT
/* oneway-stream - two hundred small messages one way, as fast as they are taken, are there in a moment. */
#include "roles.h"

#define MESSAGES 200
#define SIZE 100

static void subject(struct role *r, int fd)
{
	uint64_t start;

	meet(r, 's');
	start = now_ms();
	recv_pattern(fd, MESSAGES * SIZE);
	if (now_ms() - start > 1000 * slow())
		WRONG("%d messages took %llu ms", MESSAGES,
		      (unsigned long long)(now_ms() - start));
}

static void helper(struct role *r, int fd)
{
	uint8_t data[SIZE];

	meet(r, 's');
	for (size_t i = 0; i < MESSAGES; i++) {
		pattern(data, SIZE, i * SIZE);
		send_all(fd, data, SIZE);
	}
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
