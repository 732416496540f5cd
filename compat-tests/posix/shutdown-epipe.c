// SPDX-License-Identifier: MIT
/* shutdown-epipe - after SHUT_WR writing gives EPIPE and SIGPIPE, reading goes on. */
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
	pipes = 0;
	send_text(fd, "last");
	OK(shutdown(fd, SHUT_WR));
	OK(shutdown(fd, SHUT_WR));
	FAILS(write(fd, "x", 1), EPIPE);
	GIVES(pipes, 1);
	FAILS(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
	GIVES(pipes, 1);
	meet(r, 's');
	want_text(fd, "answer");
}

static void helper(struct role *r, int fd)
{
	want_text(fd, "last");
	want_eof(fd);
	meet(r, 's');
	send_text(fd, "answer");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
