// SPDX-License-Identifier: MIT
/* udp-more - MSG_MORE puts datagrams together until a call without it, connected or not; too much is EMSGSIZE. */
#include "dgram.h"

static void unconnected(struct role *r, int fd)
{
	union addr to = peer_addr(r, fd);
	socklen_t len = addr_len(&to);

	GIVES(sendto(fd, "one ", 4, MSG_MORE, &to.sa, len), 4);
	GIVES(sendto(fd, "two ", 4, MSG_MORE, &to.sa, len), 4);
	GIVES(sendto(fd, "", 0, MSG_MORE, &to.sa, len), 0);
	GIVES(sendto(fd, "three", 5, 0, &to.sa, len), 5);
}

static void connected(struct role *r, int fd)
{
	union addr to = peer_addr(r, fd);
	static char large[40000];

	OK(connect(fd, &to.sa, addr_len(&to)));
	GIVES(send(fd, "four ", 5, MSG_MORE), 5);
	GIVES(write(fd, "five", 4), 4);
	GIVES(send(fd, large, sizeof(large), MSG_MORE), sizeof(large));
	FAILS(send(fd, large, sizeof(large), MSG_MORE), EMSGSIZE);
}

static void subject(struct role *r, int fd)
{
	meet(r, 's');
	unconnected(r, fd);
	connected(r, fd);
}

static void helper(struct role *r, int fd)
{
	char got[64];

	meet(r, 's');
	GIVES(recv(fd, got, sizeof(got), 0), 13);
	CHECK(memcmp(got, "one two three", 13) == 0);
	GIVES(recv(fd, got, sizeof(got), 0), 9);
	CHECK(memcmp(got, "four five", 9) == 0);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
