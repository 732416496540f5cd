// SPDX-License-Identifier: MIT
/* udp-ttl - IP_TTL and a control message set the TTL that the other end's IP_RECVTTL shows. */
#include "cmsgs.h"
#include "dgram.h"

/* The other end sees it less the hops between, which are the same for all. */
static void subject(struct role *r, int fd)
{
	union addr to = peer_addr(r, fd);
	int value = 99, bad[] = { 0, 256, -1 };
	char byte = 88;

	meet(r, 'o');
	send_to_peer(r, fd, "default", 7);
	set_int(fd, IPPROTO_IP, IP_TTL, 111);
	send_to_peer(r, fd, "option", 6);
	GIVES(send_with(fd, &to.sa, addr_len(&to), "m", 1, IPPROTO_IP, IP_TTL,
			&value, sizeof(value)),
	      1);
	for (int i = 0; i < 3; i++)
		FAILS(send_with(fd, &to.sa, addr_len(&to), "m", 1, IPPROTO_IP,
				IP_TTL, &bad[i], sizeof(int)),
		      EINVAL);
	FAILS(send_with(fd, &to.sa, addr_len(&to), "m", 1, IPPROTO_IP, IP_TTL,
			&byte, sizeof(byte)),
	      EINVAL);
	send_to_peer(r, fd, "option", 6);
}

static void want(int fd, int hops, int ttl)
{
	struct received in;

	receive(fd, &in, 0);
	GIVES(control_int(&in, IPPROTO_IP, IP_TTL) + hops, ttl);
}

static void helper(struct role *r, int fd)
{
	struct received in;
	int hops;

	set_int(fd, IPPROTO_IP, IP_RECVTTL, 1);
	meet(r, 'o');
	receive(fd, &in, 0);
	hops = 64 - control_int(&in, IPPROTO_IP, IP_TTL);
	CHECK(hops >= 0 && hops < 5);
	want(fd, hops, 111);
	want(fd, hops, 99);
	want(fd, hops, 111);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
