// SPDX-License-Identifier: MIT
/* oob-select - an urgent byte is an exception of select() until it is read by MSG_OOB. */
#include <sys/ioctl.h>
#include <sys/select.h>

#include "roles.h"

/* Is fd exceptional, after ms at most? */
static int exceptional(int fd, int ms)
{
	struct timeval tv = { .tv_sec = ms / 1000,
			      .tv_usec = ms % 1000 * 1000 };
	fd_set e;

	FD_ZERO(&e);
	FD_SET(fd, &e);
	OK(select(fd + 1, NULL, NULL, &e, &tv));
	return FD_ISSET(fd, &e) != 0;
}

static void subject(struct role *r, int fd)
{
	char got[8];
	int n = -1;

	send_text(fd, "x");
	meet(r, '1');
	GIVES(exceptional(fd, 5000), 1);
	GIVES(exceptional(fd, 0), 1);
	GIVES(wait_all_events(fd, POLLIN, POLLIN), POLLIN);
	OK(ioctl(fd, FIONREAD, &n));
	GIVES(n, 2); /* those before the mark */
	GIVES(recv(fd, got, 1, MSG_OOB), 1);
	GIVES(got[0], 'U');
	GIVES(exceptional(fd, 0), 0);
	want_text(fd, "ab");
	meet(r, '2');
	want_text(fd, "cd");
}

static void helper(struct role *r, int fd)
{
	want_text(fd, "x");
	meet(r, '1');
	GIVES(send(fd, "abU", 3, MSG_OOB), 3);
	meet(r, '2');
	send_text(fd, "cd");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
