// SPDX-License-Identifier: MIT
/* select-mixed - select() tells of sockets and kernel fds together, and EBADF of a closed one. */
#include <sys/select.h>

#include "roles.h"

static int select_in(int fd, int other, fd_set *in, long usec)
{
	struct timeval tv = { .tv_sec = usec / 1000000,
			      .tv_usec = usec % 1000000 };
	int top = fd > other ? fd : other;

	FD_ZERO(in);
	FD_SET(fd, in);
	FD_SET(other, in);
	return select(top + 1, in, NULL, NULL, &tv);
}

static void subject(struct role *r, int fd)
{
	struct timeval now = { 0 };
	int ends[2], gone = dup(fd);
	fd_set in, out;

	OK(pipe(ends));
	close(gone);
	GIVES(select_in(fd, ends[0], &in, 0), 0);
	FAILS(select_in(fd, gone, &in, 0), EBADF);
	meet(r, 's');
	GIVES(select_in(fd, ends[0], &in, 5000000), 1);
	CHECK(FD_ISSET(fd, &in) && !FD_ISSET(ends[0], &in));
	GIVES(write(ends[1], "x", 1), 1);
	GIVES(select_in(fd, ends[0], &in, 5000000), 2);
	want_text(fd, "x");
	GIVES(select_in(fd, ends[0], &in, 5000000), 1);
	CHECK(!FD_ISSET(fd, &in) && FD_ISSET(ends[0], &in));
	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_SET(ends[0], &in);
	FD_SET(fd, &out);
	GIVES(select(fd > ends[0] ? fd + 1 : ends[0] + 1, &in, &out, NULL,
		     &now),
	      2);
	CHECK(FD_ISSET(fd, &out));
	close(ends[0]);
	close(ends[1]);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	sleep_ms(50);
	send_text(fd, "x");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
