// SPDX-License-Identifier: MIT
/* udp-cork - UDP_CORK puts what several calls send into one datagram, which taking it off sends. */
#include <netinet/udp.h>

#include "dgram.h"

static void subject(struct role *r, int fd)
{
	struct iovec iov[2] = { { (void *)(uintptr_t) "de", 2 },
				{ (void *)(uintptr_t) "f", 1 } };
	union addr to = peer_addr(r, fd);
	struct msghdr m = { .msg_name = &to,
			    .msg_namelen = addr_len(&to),
			    .msg_iov = iov,
			    .msg_iovlen = 2 };

	set_int(fd, IPPROTO_UDP, UDP_CORK, 1);
	send_to_peer(r, fd, "abc", 3);
	GIVES(sendmsg(fd, &m, 0), 3);
	/* while corked only the first destination counts */
	GIVES(send(fd, "g", 1, 0), 1);
	meet(r, 'q');
	meet(r, 'u');
	set_int(fd, IPPROTO_UDP, UDP_CORK, 0);
	set_int(fd, IPPROTO_UDP, UDP_CORK, 1);
	set_int(fd, IPPROTO_UDP, UDP_CORK, 0); /* nothing to send */
	send_to_peer(r, fd, "single", 6);
}

static void helper(struct role *r, int fd)
{
	char got[32];

	meet(r, 'q');
	want_quiet(fd, 50);
	meet(r, 'u');
	GIVES(recv(fd, got, sizeof(got), 0), 7);
	CHECK(memcmp(got, "abcdefg", 7) == 0);
	GIVES(recv(fd, got, sizeof(got), 0), 6);
	CHECK(memcmp(got, "single", 6) == 0);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
