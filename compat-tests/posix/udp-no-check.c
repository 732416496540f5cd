// SPDX-License-Identifier: MIT
/* udp-no-check - SO_NO_CHECK sends datagrams without a checksum, which arrive. */
#include "dgram.h"

static void subject(struct role *r, int fd)
{
	uint8_t data[4000];

	pattern(data, sizeof(data), 0);
	set_int(fd, SOL_SOCKET, SO_NO_CHECK, 1);
	meet(r, 's');
	send_to_peer(r, fd, "small", 5);
	send_to_peer(r, fd, data, 1400);
	send_to_peer(r, fd, data, sizeof(data));
	set_int(fd, SOL_SOCKET, SO_NO_CHECK, 0);
	send_to_peer(r, fd, "with", 4);
}

static void helper(struct role *r, int fd)
{
	uint8_t got[5000], want[4000];

	pattern(want, sizeof(want), 0);
	meet(r, 's');
	GIVES(recv(fd, got, sizeof(got), 0), 5);
	GIVES(recv(fd, got, sizeof(got), 0), 1400);
	CHECK(memcmp(got, want, 1400) == 0);
	GIVES(recv(fd, got, sizeof(got), 0), 4000);
	CHECK(memcmp(got, want, 4000) == 0);
	GIVES(recv(fd, got, sizeof(got), 0), 4);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
