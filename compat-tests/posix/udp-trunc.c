// SPDX-License-Identifier: MIT
/* udp-trunc - a datagram that does not fit is cut; MSG_TRUNC tells its length. */
#include "dgram.h"

static void subject(struct role *r, int fd)
{
	char buf[8];
	struct iovec iov = { buf, 4 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	meet(r, 's');
	GIVES(recv(fd, buf, 4, 0), 4);
	CHECK(memcmp(buf, "0123", 4) == 0);
	GIVES(recv(fd, buf, 4, MSG_TRUNC), 100);
	GIVES(recvmsg(fd, &m, 0), 4);
	CHECK(m.msg_flags & MSG_TRUNC);
	GIVES(recv(fd, buf, 4, MSG_PEEK | MSG_TRUNC), 100);
	iov.iov_len = 4;
	GIVES(recv(fd, NULL, 0, 0), 0); /* takes it all the same */
	FAILS(recv(fd, buf, 4, MSG_DONTWAIT), EAGAIN);
}

static void helper(struct role *r, int fd)
{
	char buf[100] = "0123456789";

	for (int i = 0; i < 4; i++)
		send_to_peer(r, fd, buf, sizeof(buf));
	sleep_ms(50);
	meet(r, 's');
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
