// SPDX-License-Identifier: MIT
/* dup-edges - F_DUPFD and dup2() beyond the limit, of bad numbers and with bad flags fail as for any file. */
#include <sys/resource.h>

#include "kinds.h"

static void edges(struct role *r, struct made *m)
{
	struct rlimit old, few;
	int fd;

	(void)r;
	OK(getrlimit(RLIMIT_NOFILE, &old));
	few = old;
	few.rlim_cur = 120;
	OK(setrlimit(RLIMIT_NOFILE, &few));
	FAILS(fcntl(m->fd, F_DUPFD, 120), EINVAL);
	FAILS(fcntl(m->fd, F_DUPFD, -1), EINVAL);
	FAILS(fcntl(m->fd, F_DUPFD_CLOEXEC, 5000), EINVAL);
	GIVES(fcntl(m->fd, F_DUPFD, 119), 119);
	FAILS(fcntl(m->fd, F_DUPFD, 119), EMFILE);
	FAILS(dup2(m->fd, 120), EBADF);
	FAILS(dup2(m->fd, -1), EBADF);
	FAILS(dup2(118, 119), EBADF); /* 118 is not open, 119 stays */
	GIVES(fcntl(119, F_GETFD), 0);
	FAILS(dup3(m->fd, 118, 1), EINVAL);
	while ((fd = dup(m->fd)) >= 0)
		CHECK(fd < 120);
	GIVES(errno, EMFILE);
	OK(setrlimit(RLIMIT_NOFILE, &old));
	for (fd = m->fd + 1; fd < 120; fd++)
		if (fd != m->other && fd != r->ctl)
			close(fd);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, edges);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
