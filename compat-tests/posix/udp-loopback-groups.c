// SPDX-License-Identifier: MIT
/* udp-loopback-groups - a socket on 127.0.0.1 sends to a group and to everybody by the loopback interface, with its own port; 127.255.255.255 is a broadcast address. */
#include "kinds.h"

#define GROUP 0xe0000263u /* 224.0.2.99 */

static union addr at(in_addr_t host, uint16_t port)
{
	union addr a = { .in = { .sin_family = AF_INET,
				 .sin_port = htons(port),
				 .sin_addr.s_addr = htonl(host) } };

	return a;
}

static int on(in_addr_t host)
{
	union addr a = at(host, 0);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	OK(bind(fd, &a.sa, addr_len(&a)));
	return fd;
}

static void want_from(int fd, int sender)
{
	union addr own = name_of(sender), from;
	socklen_t len = sizeof(from);
	char c;

	GIVES(wait_events(fd, POLLIN, 3000), POLLIN);
	GIVES(recvfrom(fd, &c, 1, 0, &from.sa, &len), 1);
	CHECK(same_addr(&from, &own));
}

static void to_group(int sender, int fd)
{
	union addr a = name_of(fd);
	struct ip_mreq join = { .imr_multiaddr.s_addr = htonl(GROUP),
				.imr_interface.s_addr =
					htonl(INADDR_LOOPBACK) };

	a = at(GROUP, port_of(&a));
	OK(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &join, sizeof(join)));
	GIVES(sendto(sender, "g", 1, 0, &a.sa, addr_len(&a)), 1);
	want_from(fd, sender);
	OK(connect(sender, &a.sa, addr_len(&a)));
	GIVES(send(sender, "g", 1, 0), 1);
	want_from(fd, sender);
}

static void to_all(int sender, int fd)
{
	union addr a = name_of(fd);

	a = at(INADDR_BROADCAST, port_of(&a));
	FAILS(sendto(sender, "b", 1, 0, &a.sa, addr_len(&a)), EACCES);
	set_int(sender, SOL_SOCKET, SO_BROADCAST, 1);
	GIVES(sendto(sender, "b", 1, 0, &a.sa, addr_len(&a)), 1);
	want_from(fd, sender);
}

static void subject(struct role *r)
{
	int sender = on(INADDR_LOOPBACK), any = on(INADDR_ANY),
	    all = on(INADDR_BROADCAST);
	union addr a = at(0x7fffffff, 9);

	(void)r;
	FAILS(sendto(sender, "b", 1, 0, &a.sa, addr_len(&a)), EACCES);
	FAILS(connect(sender, &a.sa, addr_len(&a)), EACCES);
	to_all(sender, any);
	to_all(on(INADDR_LOOPBACK), all);
	to_group(sender, any);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
