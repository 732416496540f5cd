// SPDX-License-Identifier: MIT
/* udp-zerocopy - MSG_ZEROCOPY of datagrams: a completion for each call. */
#include <time.h>
#include <linux/errqueue.h>

#include "dgram.h"

static void subject(struct role *r, int fd)
{
	static uint8_t data[1000];
	union addr to = peer_addr(r, fd);
	union {
		char buf[128];
		struct cmsghdr align;
	} u;
	struct sock_extended_err *e = (void *)CMSG_DATA(&u.align);

	set_int(fd, SOL_SOCKET, SO_ZEROCOPY, 1);
	for (uint32_t i = 0; i < 3; i++) {
		struct msghdr m = { .msg_control = u.buf,
				    .msg_controllen = sizeof(u.buf) };

		pattern(data, sizeof(data), i);
		GIVES(sendto(fd, data, sizeof(data), MSG_ZEROCOPY, &to.sa,
			     addr_len(&to)),
		      sizeof(data));
		meet(r, 'r');
		CHECK(wait_all_events(fd, 0, POLLERR) & POLLERR);
		GIVES(recvmsg(fd, &m, MSG_ERRQUEUE), 0);
		GIVES(e->ee_origin, SO_EE_ORIGIN_ZEROCOPY);
		GIVES(e->ee_info, i);
		GIVES(e->ee_data, i);
	}
}

static void helper(struct role *r, int fd)
{
	uint8_t got[2000], want[1000];

	for (size_t i = 0; i < 3; i++) {
		GIVES(recv(fd, got, sizeof(got), 0), sizeof(want));
		pattern(want, sizeof(want), i);
		CHECK(memcmp(got, want, sizeof(want)) == 0);
		meet(r, 'r');
	}
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
