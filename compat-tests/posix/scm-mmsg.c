// SPDX-License-Identifier: MIT
/* scm-mmsg - sockets sent by sendmmsg() and sendmsg() over datagram sockets arrive with their messages. */
#include "kinds.h"
#include "passing.h"

static void subject(struct role *r)
{
	union pass_control u[2] = { 0 };
	struct iovec iov[2];
	struct mmsghdr m[2] = { 0 };
	int fd[2], ends[2], got;
	char c[2] = "12";

	own_pair(r, fd);
	OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends));
	for (int i = 0; i < 2; i++)
		pass_prepare(&m[i].msg_hdr, &iov[i], &c[i], &u[i], &fd[i], 1);
	GIVES(sendmmsg(ends[0], m, 2, 0), 2);
	OK(close(fd[0]));
	GIVES(take_fds(ends[1], &got, 1, 0), 1);
	send_text(got, "first");
	OK(close(got));
	GIVES(take_fds(ends[1], &got, 1, 0), 1);
	want_text(got, "first");
	want_eof(got);
	OK(close(got));
	OK(close(fd[1]));
	OK(close(ends[0]));
	OK(close(ends[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
