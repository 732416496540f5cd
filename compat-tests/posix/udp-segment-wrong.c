// SPDX-License-Identifier: MIT
/* udp-segment-wrong - UDP_SEGMENT that does not fit: larger than a packet, too many pieces, a control message of the wrong size. */
#include <netinet/udp.h>

#include "cmsgs.h"
#include "dgram.h"

static ssize_t with_size(struct role *r, int fd, const void *value, size_t size,
			 size_t len)
{
	static char data[70000];
	union addr to = peer_addr(r, fd);

	return send_with(fd, &to.sa, addr_len(&to), data, len, IPPROTO_UDP,
			 UDP_SEGMENT, value, size);
}

static void subject(struct role *r, int fd)
{
	uint16_t one = 1, large = 9000, fits = 1000;
	int four = 1000;

	/* 6.x: EINVAL first, EMSGSIZE later */
	CHECK(with_size(r, fd, &large, 2, 20000) == -1);
	CHECK(errno == EINVAL || errno == EMSGSIZE);
	CHECK(with_size(r, fd, &one, 2, 2000) == -1);
	CHECK(errno == EINVAL || errno == EMSGSIZE);
	FAILS(with_size(r, fd, &fits, 2, 66000), EMSGSIZE);
	FAILS(with_size(r, fd, &four, 4, 3000), EINVAL);
	FAILS(with_size(r, fd, &fits, 1, 3000), EINVAL);
	meet(r, 'd');
	send_to_peer(r, fd, "end", 3);
}

static void helper(struct role *r, int fd)
{
	char got[64];

	meet(r, 'd');
	GIVES(recv(fd, got, sizeof(got), 0), 3); /* nothing before it */
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
