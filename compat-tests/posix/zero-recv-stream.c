// SPDX-License-Identifier: MIT
/* zero-recv-stream - receives of nothing on a stream: read() neither waits nor fails, recv() and recvmsg() wait for data as others do. */
#include <sys/uio.h>

#include "kinds.h"
#include "waiter.h"

static long nothing(void *fd)
{
	return recv(*(int *)fd, NULL, 0, 0);
}

static long no_piece(void *fd)
{
	struct msghdr m = { 0 };

	return recvmsg(*(int *)fd, &m, 0);
}

static void each(int fd, int recv_err)
{
	struct iovec iov = { NULL, 0 };
	char c;

	GIVES(read(fd, &c, 0), 0);
	GIVES(read(fd, NULL, 0), 0);
	GIVES(readv(fd, &iov, 1), 0);
	GIVES(readv(fd, NULL, 0), 0);
	set_nonblock(fd, true);
	GIVES(read(fd, &c, 0), 0);
	if (recv_err) {
		FAILS(nothing(&fd), recv_err);
		FAILS(no_piece(&fd), recv_err);
	} else {
		GIVES(nothing(&fd), 0);
		GIVES(no_piece(&fd), 0);
	}
	set_nonblock(fd, false);
}

static void subject(struct role *r)
{
	int fd[2];
	struct waiter w[2];

	own_pair(r, fd);
	each(fd[0], EAGAIN);
	start_waiting(&w[0], nothing, &fd[0]);
	start_waiting(&w[1], no_piece, &fd[0]);
	CHECK(still_waits(&w[0]) && still_waits(&w[1]));
	send_text(fd[1], "x");
	GIVES(waited(&w[0]), 0);
	GIVES(waited(&w[1]), 0);
	each(fd[0], 0);
	want_text(fd[0], "x");
	OK(close(fd[1]));
	GIVES(wait_events(fd[0], POLLIN, 5000), POLLIN);
	each(fd[0], 0);
	OK(close(fd[0]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
