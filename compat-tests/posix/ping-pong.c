// SPDX-License-Identifier: MIT
/* ping-pong - a thousand requests and answers of one byte do not wait for delayed acknowledgements. */
#include <netinet/tcp.h>

#include "roles.h"

#define ROUNDS 1000

static void subject(struct role *r, int fd)
{
	uint64_t start = now_ms();
	char c;

	(void)r;
	set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	for (int i = 0; i < ROUNDS; i++) {
		send_text(fd, "x");
		recv_all(fd, &c, 1);
	}
	CHECK(now_ms() - start < 10000 * slow());
}

static void helper(struct role *r, int fd)
{
	char c;

	(void)r;
	set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	for (int i = 0; i < ROUNDS; i++) {
		recv_all(fd, &c, 1);
		send_all(fd, &c, 1);
	}
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
