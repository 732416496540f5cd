// SPDX-License-Identifier: MIT
/* v6-mapped-class - IPV6_TCLASS and IPV6_UNICAST_HOPS do not count for IPv4 peers of an AF_INET6 socket; IP_TOS and IP_TTL do. */
#include "cmsgs.h"
#include "kinds.h"

static union addr mapped(const union addr *a)
{
	union addr m = { .in6 = { .sin6_family = AF_INET6,
				  .sin6_port = a->in.sin_port } };

	memset(&m.in6.sin6_addr.s6_addr[10], 0xff, 2);
	memcpy(&m.in6.sin6_addr.s6_addr[12], &a->in.sin_addr, 4);
	return m;
}

static void want(int fd, int tos, int ttl)
{
	struct received in;
	uint8_t *got_tos;
	int *got_ttl;

	receive(fd, &in, 0);
	got_tos = control_of(&in, IPPROTO_IP, IP_TOS, sizeof(*got_tos));
	got_ttl = control_of(&in, IPPROTO_IP, IP_TTL, sizeof(*got_ttl));
	CHECK(got_tos && got_ttl);
	GIVES(*got_tos, tos);
	GIVES(*got_ttl, ttl);
}

static void subject(struct role *r)
{
	int fd = bound_udp(r), from = socket(AF_INET6, SOCK_DGRAM, 0);
	union addr a = name_of(fd);

	a = mapped(&a);
	set_int(fd, IPPROTO_IP, IP_RECVTOS, 1);
	set_int(fd, IPPROTO_IP, IP_RECVTTL, 1);
	OK(connect(from, &a.sa, sizeof(a.in6)));
	set_int(from, IPPROTO_IPV6, IPV6_TCLASS, 0x20);
	set_int(from, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 9);
	GIVES(send(from, "x", 1, 0), 1);
	want(fd, 0, 64);
	set_int(from, IPPROTO_IP, IP_TOS, 0x10);
	set_int(from, IPPROTO_IP, IP_TTL, 33);
	GIVES(send(from, "x", 1, 0), 1);
	want(fd, 0x10, 33);
	OK(close(fd));
	OK(close(from));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
