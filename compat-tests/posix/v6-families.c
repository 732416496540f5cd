// SPDX-License-Identifier: MIT
/* v6-families - a socket of IPv6 that is for IPv6 alone has no IPv4 names, and one that has an IPv4 name no IPv6 peers; bind, connect, sendto. */
#include "kinds.h"

static union addr mapped(const union addr *v4, uint16_t port)
{
	union addr a = { .in6 = { .sin6_family = AF_INET6,
				  .sin6_port = htons(port) } };

	memcpy(a.in6.sin6_addr.s6_addr + 12, &v4->in.sin_addr, 4);
	a.in6.sin6_addr.s6_addr[10] = a.in6.sin6_addr.s6_addr[11] = 0xff;
	return a;
}

static int six(int type, int only)
{
	int fd = socket(AF_INET6, type, 0);

	OK(fd);
	set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, only);
	return fd;
}

static void six_alone(struct role *r, int type)
{
	union addr own = mapped(&r->self, 0), to = mapped(&r->self, 9);
	int fd = six(type, 1);

	about("IPv6 alone, type %d", type);
	FAILS(bind(fd, &own.sa, sizeof(own.in6)), EINVAL);
	FAILS(connect(fd, &to.sa, sizeof(to.in6)), ENETUNREACH);
	if (type == SOCK_DGRAM)
		FAILS(sendto(fd, "x", 1, 0, &to.sa, sizeof(to.in6)),
		      ENETUNREACH);
	FAILS(bind(fd, &own.sa, sizeof(own.in6)), EINVAL);
	OK(close(fd));
}

static void four_alone(struct role *r, int type, bool binds)
{
	union addr own = mapped(&r->self, 0), to = mapped(&r->self, 9), lo = to;
	int fd = six(type, 0);

	about("IPv4 name, type %d, binds %d", type, binds);
	lo.in6.sin6_addr = in6addr_loopback;
	if (binds)
		OK(bind(fd, &own.sa, sizeof(own.in6)));
	else
		OK(connect(fd, &to.sa, sizeof(to.in6)));
	FAILS(connect(fd, &lo.sa, sizeof(lo.in6)), EAFNOSUPPORT);
	if (type == SOCK_DGRAM)
		FAILS(sendto(fd, "x", 1, 0, &lo.sa, sizeof(lo.in6)),
		      EAFNOSUPPORT);
	OK(close(fd));
}

static void subject(struct role *r)
{
	six_alone(r, SOCK_STREAM);
	six_alone(r, SOCK_DGRAM);
	four_alone(r, SOCK_STREAM, true);
	four_alone(r, SOCK_DGRAM, true);
	four_alone(r, SOCK_DGRAM, false);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
