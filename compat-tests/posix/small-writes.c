// SPDX-License-Identifier: MIT
/* small-writes - ten thousand small writes arrive as one stream. */
#include <netinet/tcp.h>

#include "roles.h"

#define WRITES 10000

static size_t size_of(size_t i)
{
	return i % 13 + 1;
}

static void subject(struct role *r, int fd)
{
	size_t pos = 0;

	(void)r;
	set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	for (size_t i = 0; i < WRITES; i++) {
		uint8_t buf[16];

		pattern(buf, size_of(i), pos);
		GIVES(write(fd, buf, size_of(i)), size_of(i));
		pos += size_of(i);
	}
	want_text(fd, "all");
}

static void helper(struct role *r, int fd)
{
	size_t total = 0;

	(void)r;
	for (size_t i = 0; i < WRITES; i++)
		total += size_of(i);
	recv_pattern(fd, total);
	send_text(fd, "all");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
