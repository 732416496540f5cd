// SPDX-License-Identifier: MIT
/* mmsg-edges - recvmmsg() and sendmmsg(): none, more than IOV_MAX, a later one that fails, MSG_WAITFORONE on a stream. */
#include "kinds.h"

#define N 4

static void fill(struct mmsghdr *m, struct iovec *iov, char *data)
{
	memset(m, 0, N * sizeof(*m));
	for (int i = 0; i < N; i++) {
		iov[i] = (struct iovec){ &data[i], 1 };
		m[i].msg_hdr.msg_iov = &iov[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
}

static void datagrams(struct role *r, struct mmsghdr *m, struct iovec *iov)
{
	int fd[2];
	char data[N] = "abcd";

	own_udp(r, fd);
	fill(m, iov, data);
	GIVES(sendmmsg(fd[0], m, 0, 0), 0);
	GIVES(recvmmsg(fd[0], m, 0, 0, NULL), 0);
	iov[2].iov_base = (void *)16;
	GIVES(sendmmsg(fd[0], m, N, 0), 2); /* as far as it goes */
	GIVES(m[1].msg_len, 1);
	FAILS(sendmmsg(fd[0], m + 2, 1, 0), EFAULT);
	fill(m, iov, data);
	GIVES(recvmmsg(fd[1], m, N, MSG_WAITFORONE, NULL), 2);
	GIVES(m[0].msg_len, 1);
	FAILS(recvmmsg(fd[1], m, N, MSG_WAITFORONE | MSG_DONTWAIT, NULL),
	      EAGAIN);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

static void streams(struct role *r, struct mmsghdr *m, struct iovec *iov)
{
	int fd[2];
	char data[N] = "abcd";

	own_pair(r, fd);
	fill(m, iov, data);
	GIVES(sendmmsg(fd[0], m, 3, MSG_NOSIGNAL), 3);
	memset(data, 0, N);
	GIVES(recv(fd[1], data, 3, MSG_PEEK | MSG_WAITALL), 3);
	memset(data, 0, N);
	GIVES(recvmmsg(fd[1], m, N, MSG_WAITFORONE, NULL), 3);
	CHECK(memcmp(data, "abc", 4) == 0);
	OK(close(fd[0]));
	/* the end is a message of no bytes, again and again */
	GIVES(recvmmsg(fd[1], m, N, 0, NULL), N);
	GIVES(m[0].msg_len, 0);
	OK(close(fd[1]));
}

static void subject(struct role *r)
{
	struct mmsghdr m[N];
	struct iovec iov[N];

	datagrams(r, m, iov);
	streams(r, m, iov);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
