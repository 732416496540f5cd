// SPDX-License-Identifier: MIT
/* dontwait - MSG_DONTWAIT gives EAGAIN where a blocking socket would wait, also with a full send buffer. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	static uint8_t buf[65536];
	uint32_t sent = 0;
	ssize_t n;

	FAILS(recv(fd, buf, 1, MSG_DONTWAIT), EAGAIN);
	/* Acknowledgements may still make room: full must come to stay. */
	do {
		pattern(buf, sizeof(buf), sent);
		n = send(fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (n < 0)
			GIVES(errno, EAGAIN);
		else
			sent += (uint32_t)n;
		CHECK(sent < 256u << 20);
	} while (n >= 0 || wait_events(fd, POLLOUT, 300));
	/* Linux shows room from a third on only. */
	while ((n = send(fd, buf, 1, MSG_DONTWAIT)) == 1)
		;
	CHECK(n == -1 && errno == EAGAIN);
	GIVES(wait_events(fd, POLLOUT, 0), 0);
	CHECK(!(fcntl(fd, F_GETFL) & O_NONBLOCK));
	tell(r, sent);
	CHECK(wait_events(fd, POLLOUT, 5000) & POLLOUT);
}

static void helper(struct role *r, int fd)
{
	recv_pattern(fd, hear(r));
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
