// SPDX-License-Identifier: MIT
/* flags-oob - one urgent byte: POLLPRI, SIOCATMARK, MSG_OOB with and without MSG_PEEK, the stream around it. */
#include <sys/ioctl.h>

#include "roles.h"

static int at_mark(int fd)
{
	int at = -1;

	OK(ioctl(fd, SIOCATMARK, &at));
	return at;
}

static void subject(struct role *r, int fd)
{
	char got[16];

	FAILS(recv(fd, got, 1, MSG_OOB), EINVAL);
	meet(r, '1');
	CHECK(wait_all_events(fd, POLLIN | POLLPRI, POLLIN | POLLPRI) &
	      POLLPRI);
	GIVES(at_mark(fd), 0);
	GIVES(recv(fd, got, 16, MSG_OOB | MSG_PEEK), 1);
	GIVES(got[0], 'U');
	GIVES(recv(fd, got, 16, MSG_OOB), 1);
	GIVES(got[0], 'U');
	FAILS(recv(fd, got, 16, MSG_OOB), EINVAL);
	/* a receive ends before the mark */
	GIVES(recv(fd, got, 16, 0), 6);
	CHECK(memcmp(got, "before", 6) == 0);
	GIVES(at_mark(fd), 1);
	meet(r, '2');
	GIVES(recv(fd, got, 5, MSG_WAITALL), 5);
	CHECK(memcmp(got, "after", 5) == 0);
	GIVES(at_mark(fd), 0);
}

static void helper(struct role *r, int fd)
{
	meet(r, '1');
	send_text(fd, "before");
	GIVES(send(fd, "U", 1, MSG_OOB), 1);
	meet(r, '2');
	send_text(fd, "after");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
