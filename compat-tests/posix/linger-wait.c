// SPDX-License-Identifier: MIT
/* linger-wait - close() with SO_LINGER waits until the peer has the data. */
#include "roles.h"

#define SIZE 200000

static void subject(struct role *r, int fd)
{
	struct linger wait = { .l_onoff = 1, .l_linger = 10 };
	uint64_t start = now_ms();

	OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &wait, sizeof(wait)));
	send_pattern(fd, SIZE);
	OK(close(fd));
	CHECK(now_ms() - start < 10000);
	meet(r, 'c');
}

static void helper(struct role *r, int fd)
{
	recv_pattern(fd, SIZE);
	want_eof(fd);
	close(fd);
	meet(r, 'c');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
