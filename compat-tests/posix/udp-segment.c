// SPDX-License-Identifier: MIT
/* udp-segment - UDP_SEGMENT cuts what one call sends into datagrams, by the option and by a control message. */
#include <netinet/udp.h>

#include "cmsgs.h"
#include "dgram.h"

static void by_message(struct role *r, int fd, uint16_t size, size_t len,
		       long want)
{
	union addr to = peer_addr(r, fd);
	uint8_t data[4000];

	pattern(data, len, 0);
	GIVES(send_with(fd, &to.sa, addr_len(&to), data, len, IPPROTO_UDP,
			UDP_SEGMENT, &size, sizeof(size)),
	      want);
}

static void subject(struct role *r, int fd)
{
	uint8_t data[3000];

	pattern(data, sizeof(data), 0);
	meet(r, 's');
	set_int(fd, IPPROTO_UDP, UDP_SEGMENT, 1000);
	send_to_peer(r, fd, data, 2500);
	set_int(fd, IPPROTO_UDP, UDP_SEGMENT, 0);
	by_message(r, fd, 300, 901, 901);
	by_message(r, fd, 500, 500, 500);
	by_message(r, fd, 500, 20, 20);
	send_to_peer(r, fd, data, 1234);
}

static void want(int fd, size_t len, size_t pos)
{
	uint8_t got[2000], expected[2000];

	GIVES(recv(fd, got, sizeof(got), 0), len);
	pattern(expected, len, pos);
	CHECK(memcmp(got, expected, len) == 0);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	for (size_t pos = 0; pos < 2500; pos += 1000)
		want(fd, pos == 2000 ? 500 : 1000, pos);
	for (size_t pos = 0; pos < 901; pos += 300)
		want(fd, pos == 900 ? 1 : 300, pos);
	want(fd, 500, 0);
	want(fd, 20, 0);
	want(fd, 1234, 0);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
