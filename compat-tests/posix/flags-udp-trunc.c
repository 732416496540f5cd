// SPDX-License-Identifier: MIT
/* flags-udp-trunc - what does not fit is lost and told: MSG_TRUNC in msg_flags, and the true length where it is asked for. */
#include <sys/uio.h>

#include "kinds.h"

static ssize_t by_msg(int fd, int flags, int *out)
{
	char got[4] = "";
	struct iovec iov[2] = { { got, 2 }, { got + 2, 1 } };
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t n = recvmsg(fd, &m, flags);

	OK(n);
	CHECK(memcmp(got, "dat", 4) == 0);
	*out = m.msg_flags;
	return n;
}

static long by_mmsg(int fd, int flags, int *out)
{
	char got[3];
	struct iovec iov = { got, 3 };
	struct mmsghdr m = { .msg_hdr = { .msg_iov = &iov, .msg_iovlen = 1 } };

	GIVES(recvmmsg(fd, &m, 1, flags, NULL), 1);
	*out = m.msg_hdr.msg_flags;
	return m.msg_len;
}

static void subject(struct role *r)
{
	int fd[2], flags;
	char got[16];
	struct iovec iov = { got, 3 };

	own_udp(r, fd);
	for (int i = 0; i < 12; i++)
		send_text(fd[1], "datagram");
	GIVES(recv(fd[0], got, 3, 0), 3);
	GIVES(recv(fd[0], got, 3, MSG_TRUNC), 8);
	GIVES(recvfrom(fd[0], got, 3, MSG_TRUNC, NULL, NULL), 8);
	GIVES(by_msg(fd[0], 0, &flags), 3);
	GIVES(flags, MSG_TRUNC);
	GIVES(by_msg(fd[0], MSG_TRUNC, &flags), 8);
	GIVES(flags, MSG_TRUNC);
	GIVES(by_mmsg(fd[0], 0, &flags), 3);
	GIVES(flags, MSG_TRUNC);
	GIVES(by_mmsg(fd[0], MSG_TRUNC, &flags), 8);
	GIVES(read(fd[0], got, 3), 3);
	GIVES(readv(fd[0], &iov, 1), 3);
	GIVES(recv(fd[0], got, 3, MSG_PEEK | MSG_TRUNC), 8);
	GIVES(recv(fd[0], got, 3, MSG_WAITALL | MSG_TRUNC), 8);
	GIVES(recv(fd[0], NULL, 0, MSG_TRUNC), 8);
	GIVES(recv(fd[0], got, 16, MSG_TRUNC), 8);
	FAILS(recv(fd[0], got, 16, MSG_DONTWAIT), EAGAIN);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
