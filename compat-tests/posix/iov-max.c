// SPDX-License-Identifier: MIT
/* iov-max - IOV_MAX pieces in one call, of a stream and of one datagram, in both directions. */
#include <limits.h>
#include <sys/uio.h>

#include "kinds.h"

#define PIECE 7
#define LEN (IOV_MAX * PIECE)

static struct iovec iov[IOV_MAX];
static uint8_t out[LEN], in[LEN];

static void cut(uint8_t *data)
{
	for (size_t i = 0; i < IOV_MAX; i++)
		iov[i] = (struct iovec){ data + i * PIECE, PIECE };
}

static void through(int from, int to)
{
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = IOV_MAX };

	cut(out);
	GIVES(writev(from, iov, IOV_MAX), LEN);
	cut(in);
	memset(in, 0, LEN);
	GIVES(recvmsg(to, &m, MSG_WAITALL), LEN);
	CHECK(memcmp(in, out, LEN) == 0);
	cut(out);
	GIVES(sendmsg(from, &m, 0), LEN);
	cut(in);
	memset(in, 0, LEN);
	GIVES(recvmsg(to, &m, MSG_PEEK | MSG_WAITALL), LEN);
	GIVES(readv(to, iov, IOV_MAX), LEN);
	CHECK(memcmp(in, out, LEN) == 0);
}

static void subject(struct role *r)
{
	int fd[2];

	pattern(out, LEN, 0);
	own_pair(r, fd);
	through(fd[0], fd[1]);
	through(fd[1], fd[0]);
	OK(close(fd[0]));
	OK(close(fd[1]));
	own_udp(r, fd);
	through(fd[0], fd[1]);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
