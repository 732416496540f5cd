// SPDX-License-Identifier: MIT
/* dup-over - dup2() onto a socket closes it; a socket may take another fd's place. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	int ends[2], second = pair(r);

	OK(pipe(ends));
	/* The connection replaces the pipe's end. */
	GIVES(dup2(second, ends[0]), ends[0]);
	OK(close(second));
	want_text(ends[0], "second");
	/* The pipe's other end replaces the connection. */
	GIVES(dup2(ends[1], fd), fd);
	FAILS(recv(fd, &second, 1, MSG_DONTWAIT), ENOTSOCK);
	meet(r, 'o');
	OK(close(ends[0]));
	OK(close(ends[1]));
	OK(close(fd));
	meet(r, 'd');
}

static void helper(struct role *r, int fd)
{
	int second = pair(r);

	send_text(second, "second");
	want_eof(fd);
	meet(r, 'o');
	want_eof(second);
	OK(close(second));
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
