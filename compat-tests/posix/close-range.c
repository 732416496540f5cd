// SPDX-License-Identifier: MIT
/* close-range - close_range() and an fd limit treat sockets like other fds. */
#include <sys/resource.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	struct rlimit old, few;
	int high;

	high = fcntl(fd, F_DUPFD, 70);
	GIVES(high, 70);
	OK(close_range(70, 75, 0));
	FAILS(fcntl(high, F_GETFD), EBADF);
	send_text(fd, "a"); /* the other one is open */
	OK(getrlimit(RLIMIT_NOFILE, &old));
	few = old;
	few.rlim_cur = 20;
	OK(setrlimit(RLIMIT_NOFILE, &few));
	while ((high = socket(r->self.sa.sa_family, SOCK_STREAM, 0)) >= 0)
		CHECK(high < 20);
	GIVES(errno, EMFILE);
	OK(setrlimit(RLIMIT_NOFILE, &old));
	OK(close_range(3, 99, 0));
	meet(r, 'c');
}

static void helper(struct role *r, int fd)
{
	want_text(fd, "a");
	want_eof(fd);
	meet(r, 'c');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
