// SPDX-License-Identifier: MIT
/* udp-zero - an empty datagram is received as one. */
#include "dgram.h"

static void subject(struct role *r, int fd)
{
	union addr from, want = peer_addr(r, fd);
	socklen_t len = sizeof(from);
	char c;

	meet(r, 's');
	GIVES(wait_events(fd, POLLIN, 5000), POLLIN);
	GIVES(recvfrom(fd, &c, 1, 0, &from.sa, &len), 0);
	CHECK(same_addr(&from, &want));
	GIVES(recv(fd, &c, 1, 0), 1);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	send_to_peer(r, fd, "", 0);
	send_to_peer(r, fd, "x", 1);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
