// SPDX-License-Identifier: MIT
/* udp-tos - IP_TOS and a control message set the TOS that the other end's IP_RECVTOS shows. */
#include "cmsgs.h"
#include "dgram.h"

static void subject(struct role *r, int fd)
{
	union addr to = peer_addr(r, fd);
	int value = 0x28, bad = 256;
	unsigned char byte = 0x60;

	meet(r, 'o');
	send_to_peer(r, fd, "0", 1);
	set_int(fd, IPPROTO_IP, IP_TOS, 0x10);
	send_to_peer(r, fd, "1", 1);
	GIVES(send_with(fd, &to.sa, addr_len(&to), "m", 1, IPPROTO_IP, IP_TOS,
			&value, sizeof(value)),
	      1);
	GIVES(send_with(fd, &to.sa, addr_len(&to), "m", 1, IPPROTO_IP, IP_TOS,
			&byte, sizeof(byte)),
	      1);
	FAILS(send_with(fd, &to.sa, addr_len(&to), "m", 1, IPPROTO_IP, IP_TOS,
			&bad, sizeof(bad)),
	      EINVAL);
	set_int(fd, IPPROTO_IP, IP_TOS, 0);
	send_to_peer(r, fd, "2", 1);
}

static void helper(struct role *r, int fd)
{
	static const int want[] = { 0, 0x10, 0x28, 0x60, 0 };
	struct received in;

	set_int(fd, IPPROTO_IP, IP_RECVTOS, 1);
	meet(r, 'o');
	for (int i = 0; i < 5; i++) {
		unsigned char *tos;

		receive(fd, &in, 0);
		tos = control_of(&in, IPPROTO_IP, IP_TOS, 1);
		CHECK(tos);
		GIVES(*tos, want[i]);
	}
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
