// SPDX-License-Identifier: MIT
/* udp-recv-controls - IP_RECVTTL, IP_RECVTOS, IP_PKTINFO and IP_RECVORIGDSTADDR come together, in Linux's order and only while on. */
#include "cmsgs.h"
#include "dgram.h"

static void want_order(struct received *in)
{
	static const int types[] = { IP_PKTINFO, IP_TTL, IP_TOS,
				     IP_ORIGDSTADDR };
	struct cmsghdr *h = CMSG_FIRSTHDR(&in->m);

	for (int i = 0; i < 4; i++, h = CMSG_NXTHDR(&in->m, h)) {
		CHECK(h);
		GIVES(h->cmsg_level, IPPROTO_IP);
		GIVES(h->cmsg_type, types[i]);
	}
	CHECK(!h);
}

static void want_values(struct role *r, int fd, struct received *in)
{
	struct in_pktinfo *info = control_of(in, IPPROTO_IP, IP_PKTINFO, 12);
	struct sockaddr_in *dst =
		control_of(in, IPPROTO_IP, IP_ORIGDSTADDR, 16);
	unsigned char *tos = control_of(in, IPPROTO_IP, IP_TOS, 1);
	union addr me = with_port(&r->self, 0);
	struct sockaddr_in own;
	socklen_t len = sizeof(own);

	OK(getsockname(fd, (struct sockaddr *)&own, &len));
	GIVES(*tos, 0x20);
	CHECK(info->ipi_ifindex > 0);
	GIVES(info->ipi_addr.s_addr, me.in.sin_addr.s_addr);
	GIVES(info->ipi_spec_dst.s_addr, me.in.sin_addr.s_addr);
	GIVES(dst->sin_port, own.sin_port);
	GIVES(dst->sin_addr.s_addr, me.in.sin_addr.s_addr);
}

static void subject(struct role *r, int fd)
{
	static const int names[] = { IP_PKTINFO, IP_RECVTTL, IP_RECVTOS,
				     IP_RECVORIGDSTADDR };
	struct received in;

	for (int i = 0; i < 4; i++)
		set_int(fd, IPPROTO_IP, names[i], 1);
	meet(r, 'o');
	receive(fd, &in, 0);
	GIVES(in.n, 1);
	GIVES(in.m.msg_flags, 0);
	want_order(&in);
	want_values(r, fd, &in);
	for (int i = 0; i < 4; i++)
		set_int(fd, IPPROTO_IP, names[i], 0);
	receive(fd, &in, 0);
	GIVES(in.m.msg_controllen, 0);
}

static void helper(struct role *r, int fd)
{
	set_int(fd, IPPROTO_IP, IP_TOS, 0x20);
	meet(r, 'o');
	send_to_peer(r, fd, "1", 1);
	send_to_peer(r, fd, "2", 1);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
