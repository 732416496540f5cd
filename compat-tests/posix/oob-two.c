// SPDX-License-Identifier: MIT
/* oob-two - of two urgent bytes the newer one is; the other is in the stream, or gone where it was read up to. */
#include <sys/ioctl.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	char got[16];
	int n = -1;

	meet(r, '1');
	CHECK(wait_all_events(fd, POLLPRI, POLLPRI) & POLLPRI);
	meet(r, '2');
	sleep_ms(100 * slow());
	GIVES(recv(fd, got, 1, MSG_OOB), 1);
	GIVES(got[0], 'B');
	OK(ioctl(fd, FIONREAD, &n));
	GIVES(n, 6);
	GIVES(recv(fd, got, 16, 0), 6);
	CHECK(memcmp(got, "aaAbbb", 6) == 0);
	GIVES(sockatmark(fd), 1);
	/* at a mark, whose byte vanishes */
	meet(r, '3');
	CHECK(wait_all_events(fd, POLLPRI, POLLPRI) & POLLPRI);
	GIVES(sockatmark(fd), 1);
	GIVES(recv(fd, got, 1, MSG_OOB), 1);
	GIVES(got[0], 'C');
	meet(r, '4');
	want_text(fd, "end");
	FAILS(recv(fd, got, 1, MSG_OOB), EINVAL);
}

static void helper(struct role *r, int fd)
{
	meet(r, '1');
	GIVES(send(fd, "aaA", 3, MSG_OOB), 3);
	meet(r, '2');
	send_text(fd, "bbb");
	GIVES(send(fd, "B", 1, MSG_OOB), 1);
	meet(r, '3');
	GIVES(send(fd, "C", 1, MSG_OOB), 1);
	meet(r, '4');
	send_text(fd, "end");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
