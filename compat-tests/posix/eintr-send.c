// SPDX-License-Identifier: MIT
/* eintr-send - a signal interrupts a blocked send(), which tells what it has sent. */
#include "roles.h"

#define SIZE (64u << 20)

static void on_alarm(int sig)
{
	(void)sig;
}

static void subject(struct role *r, int fd)
{
	uint8_t *buf = malloc(SIZE);
	uint32_t sent = 0;
	ssize_t n;

	CHECK(buf);
	pattern(buf, SIZE, 0);
	handle(SIGALRM, on_alarm, 0);
	/* The peer does not read. A little room may still come after the first
	 * interruption; with nothing sent it is EINTR. */
	alarm_every(500);
	for (;;) {
		n = send(fd, buf + sent, SIZE - sent, 0);
		if (n < 0)
			break;
		sent += (uint32_t)n;
		CHECK(n > 0 && sent < SIZE);
	}
	GIVES(errno, EINTR);
	alarm_every(0);
	CHECK(sent > 0);
	tell(r, sent);
	free(buf);
	OK(shutdown(fd, SHUT_WR));
	meet(r, 'd');
}

static void helper(struct role *r, int fd)
{
	recv_pattern(fd, hear(r));
	want_eof(fd);
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
