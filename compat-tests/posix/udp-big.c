// SPDX-License-Identifier: MIT
/* udp-big - datagrams larger than the MTU are fragmented and put together. */
#include "dgram.h"

#define LARGEST 65507 /* of IPv4; IPv6 has 20 more, which no one needs */

static const size_t sizes[] = {
	1,    1471, 1472,  1473,  1480,	 2960,	2961,
	8000, 8192, 16384, 32768, 50000, 65000, LARGEST
};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

static void subject(struct role *r, int fd)
{
	static uint8_t got[65536], want[65536];

	for (size_t i = 0; i < SIZES; i++) {
		meet(r, 's');
		if (!wait_events(fd, POLLIN, 5000))
			WRONG("a datagram of %zu bytes does not come",
			      sizes[i]);
		GIVES(recv(fd, got, sizeof(got), 0), sizes[i]);
		pattern(want, sizes[i], i);
		CHECK(memcmp(got, want, sizes[i]) == 0);
	}
}

static void helper(struct role *r, int fd)
{
	static uint8_t buf[70000];
	union addr to = peer_addr(r, fd);

	for (size_t i = 0; i < SIZES; i++) {
		pattern(buf, sizes[i], i);
		meet(r, 's');
		send_to_peer(r, fd, buf, sizes[i]);
	}
	FAILS(sendto(fd, buf, 65536, 0, &to.sa, addr_len(&to)), EMSGSIZE);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
