// SPDX-License-Identifier: MIT
/* v6-mapped-any - an AF_INET6 socket on ::ffff:0.0.0.0 has the port of IPv4 alone, by that name; what it hears and sends is of IPv4. */
#include "kinds.h"

static union addr mapped(uint32_t host, uint16_t port)
{
	union addr a = { .in6 = { .sin6_family = AF_INET6,
				  .sin6_port = htons(port) } };
	uint32_t be = htonl(host);

	memset(&a.in6.sin6_addr.s6_addr[10], 0xff, 2);
	memcpy(&a.in6.sin6_addr.s6_addr[12], &be, 4);
	return a;
}

static void ports(int type)
{
	union addr any = mapped(0, 0), six = { .in6.sin6_family = AF_INET6 },
		   four = { .in.sin_family = AF_INET };
	int fd = socket(AF_INET6, type, 0), v6 = socket(AF_INET6, type, 0),
	    v4 = socket(AF_INET, type, 0);

	about("type %d", type);
	OK(bind(fd, &any.sa, sizeof(any.in6)));
	any = name_of(fd);
	CHECK(port_of(&any) != 0);
	CHECK(IN6_IS_ADDR_V4MAPPED(&any.in6.sin6_addr));
	six.in6.sin6_addr = in6addr_loopback;
	six.in6.sin6_port = any.in6.sin6_port;
	OK(bind(v6, &six.sa, sizeof(six.in6)));
	four.in.sin_port = any.in6.sin6_port;
	four.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	FAILS(bind(v4, &four.sa, sizeof(four.in)), EADDRINUSE);
	OK(close(fd));
	OK(bind(v4, &four.sa, sizeof(four.in)));
	OK(close(v4));
	OK(close(v6));
}

static void hears(struct role *r)
{
	int fd = socket(AF_INET6, SOCK_DGRAM, 0), from = udp_socket(r);
	union addr any = mapped(0, 0), to, peer;
	socklen_t len = sizeof(peer);
	char c;

	OK(bind(fd, &any.sa, sizeof(any.in6)));
	any = name_of(fd);
	to = with_port(&r->self, port_of(&any));
	GIVES(sendto(from, "x", 1, 0, &to.sa, addr_len(&to)), 1);
	GIVES(recvfrom(fd, &c, 1, 0, &peer.sa, &len), 1);
	CHECK(IN6_IS_ADDR_V4MAPPED(&peer.in6.sin6_addr));
	OK(close(fd));
	OK(close(from));
}

static void subject(struct role *r)
{
	ports(SOCK_STREAM);
	ports(SOCK_DGRAM);
	hears(r);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
