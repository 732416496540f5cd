// SPDX-License-Identifier: MIT
/* sndtimeo - SO_SNDTIMEO bounds send() to a peer that does not read. */
#include <sys/time.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	struct timeval limit = { .tv_usec = 300000 };
	static uint8_t buf[1 << 20];
	uint64_t start;
	ssize_t n;

	OK(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)));
	/* One that waited in vain may have sent a part before. */
	do {
		start = now_ms();
		n = send(fd, buf, sizeof(buf), 0);
	} while (n > 0);
	GIVES(errno, EAGAIN);
	took(start, 300, "the bounded send()");
	meet(r, 's');
}

static void helper(struct role *r, int fd)
{
	(void)fd;
	meet(r, 's');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
