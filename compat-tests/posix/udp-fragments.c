// SPDX-License-Identifier: MIT
/* udp-fragments - the largest datagrams come whole, several at a time and each way; one byte more is EMSGSIZE. */
#include "dgram.h"

#define MOST 65507
#define TIMES 4

static uint8_t data[MOST + 1], got[MOST + 1];

static void take(int fd)
{
	for (int i = 0; i < TIMES; i++) {
		size_t n = i % 2 ? MOST : 40000;

		GIVES(recv(fd, got, sizeof(got), 0), n);
		pattern(data, n, (size_t)i);
		CHECK(memcmp(got, data, n) == 0);
	}
}

static void give(struct role *r, int fd)
{
	for (int i = 0; i < TIMES; i++) {
		size_t n = i % 2 ? MOST : 40000;

		pattern(data, n, (size_t)i);
		send_to_peer(r, fd, data, n);
	}
}

static void subject(struct role *r, int fd)
{
	union addr to = peer_addr(r, fd);

	set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, 1 << 20);
	FAILS(sendto(fd, data, MOST + 1, 0, &to.sa, addr_len(&to)), EMSGSIZE);
	meet(r, 'b');
	take(fd);
	give(r, fd);
}

static void helper(struct role *r, int fd)
{
	set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, 1 << 20);
	meet(r, 'b');
	give(r, fd);
	take(fd);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
