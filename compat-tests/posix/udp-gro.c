// SPDX-License-Identifier: MIT
/* udp-gro - UDP_GRO: what was cut comes whole or in pieces, with the size of the pieces where several are together. */
#include <netinet/udp.h>

#include "cmsgs.h"
#include "dgram.h"

#define LEN 10000
#define PIECE 1000

static void subject(struct role *r, int fd)
{
	static uint8_t got[65536], want[LEN];
	union {
		char buf[64];
		struct cmsghdr align;
	} u;
	size_t pos = 0;

	set_int(fd, IPPROTO_UDP, UDP_GRO, 1);
	pattern(want, LEN, 0);
	meet(r, 'g');
	while (pos < LEN) {
		struct iovec iov = { got, sizeof(got) };
		struct msghdr m = { .msg_iov = &iov,
				    .msg_iovlen = 1,
				    .msg_control = u.buf,
				    .msg_controllen = sizeof(u.buf) };
		ssize_t n = recvmsg(fd, &m, 0);

		OK(n);
		CHECK(n > 0 && n % PIECE == 0);
		CHECK(n == PIECE || CMSG_FIRSTHDR(&m));
		CHECK(pos + (size_t)n <= LEN);
		CHECK(memcmp(got, want + pos, (size_t)n) == 0);
		pos += (size_t)n;
	}
}

static void helper(struct role *r, int fd)
{
	uint8_t data[LEN];

	pattern(data, LEN, 0);
	set_int(fd, IPPROTO_UDP, UDP_SEGMENT, PIECE);
	meet(r, 'g');
	send_to_peer(r, fd, data, LEN);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
