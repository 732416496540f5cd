// SPDX-License-Identifier: MIT
/* epipe - writing to a peer that has closed gives EPIPE, with SIGPIPE unless MSG_NOSIGNAL. */
#include "roles.h"

static volatile sig_atomic_t pipes;

static void on_pipe(int sig)
{
	(void)sig;
	pipes++;
}

static void subject(struct role *r, int fd)
{
	handle(SIGPIPE, on_pipe, 0);
	meet(r, 'c');
	want_eof(fd);
	OK(send(fd, "x", 1, 0)); /* answered by a reset */
	CHECK(wait_events(fd, 0, 5000) & POLLHUP);
	GIVES(pipes, 0);
	FAILS(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
	GIVES(pipes, 0);
	FAILS(write(fd, "x", 1), EPIPE);
	GIVES(pipes, 1);
	FAILS(send(fd, "x", 1, 0), EPIPE);
	GIVES(pipes, 2);
}

static void helper(struct role *r, int fd)
{
	OK(close(fd));
	meet(r, 'c');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
