// SPDX-License-Identifier: MIT
/* mmsg-timeout - recvmmsg()'s time-out: looked at after each datagram, what is left written back, bad ones refused. */
#include <time.h>

#include "kinds.h"

static int take(int fd, unsigned int n, struct timespec *limit, int flags)
{
	static char data[4];
	struct iovec iov[4];
	struct mmsghdr m[4] = { 0 };

	for (int i = 0; i < 4; i++) {
		iov[i] = (struct iovec){ &data[i], 1 };
		m[i].msg_hdr.msg_iov = &iov[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
	return recvmmsg(fd, m, n, flags, limit);
}

static void refuses(int fd)
{
	struct timespec bad[] = { { -1, 0 }, { 0, -1 }, { 0, 1000000000 } };

	for (int i = 0; i < 3; i++)
		FAILS(take(fd, 1, &bad[i], MSG_DONTWAIT), EINVAL);
	FAILS(take(fd, 1, (void *)16, MSG_DONTWAIT), EFAULT);
}

static void subject(struct role *r)
{
	struct timespec limit = { 5, 0 }, none = { 0, 0 };
	int fd[2];

	own_udp(r, fd);
	refuses(fd[0]);
	for (int i = 0; i < 4; i++)
		send_text(fd[1], "x");
	/* over at once: after the first */
	GIVES(take(fd[0], 4, &none, 0), 1);
	GIVES(none.tv_sec + none.tv_nsec, 0);
	GIVES(take(fd[0], 2, &limit, 0), 2);
	CHECK(limit.tv_sec == 4 && limit.tv_nsec < 1000000000);
	GIVES(take(fd[0], 4, &limit, MSG_WAITFORONE), 1);
	FAILS(take(fd[0], 4, &limit, MSG_DONTWAIT), EAGAIN);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
