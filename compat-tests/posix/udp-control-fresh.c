// SPDX-License-Identifier: MIT
/* udp-control-fresh - what IP_RECVTTL, IP_RECVTOS, IP_PKTINFO, SO_TIMESTAMP ask for before bind() comes after it, wildcard too. */
#include "cmsgs.h"
#include "dgram.h"

static int asked(struct role *r)
{
	int fd = udp_socket(r);

	set_int(fd, IPPROTO_IP, IP_RECVTTL, 1);
	set_int(fd, IPPROTO_IP, IP_RECVTOS, 1);
	set_int(fd, IPPROTO_IP, IP_PKTINFO, 1);
	set_int(fd, SOL_SOCKET, SO_TIMESTAMP, 1);
	return fd;
}

static void want_all(int fd)
{
	struct received in;

	receive(fd, &in, 0);
	CHECK(control_int(&in, IPPROTO_IP, IP_TTL) > 0);
	CHECK(control_of(&in, IPPROTO_IP, IP_TOS, 1));
	CHECK(control_of(&in, IPPROTO_IP, IP_PKTINFO, 12));
	CHECK(control_of(&in, SOL_SOCKET, SO_TIMESTAMP, 16));
}

static void subject(struct role *r)
{
	union addr any = wildcard(&r->self), own = r->self;
	int fd[2] = { asked(r), asked(r) };

	own = with_port(&own, next_port(r));
	any = with_port(&any, next_port(r));
	OK(bind(fd[0], &own.sa, addr_len(&own)));
	OK(bind(fd[1], &any.sa, addr_len(&any)));
	meet(r, 'b');
	for (int i = 0; i < 2; i++) {
		want_all(fd[i]);
		OK(close(fd[i]));
	}
}

static void helper(struct role *r)
{
	union addr to[2];
	int fd = udp_socket(r);

	for (int i = 0; i < 2; i++)
		to[i] = with_port(&r->other, next_port(r));
	meet(r, 'b');
	for (int i = 0; i < 2; i++)
		GIVES(sendto(fd, "x", 1, 0, &to[i].sa, addr_len(&to[i])), 1);
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
