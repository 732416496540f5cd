// SPDX-License-Identifier: MIT
/* udp-unspec-again - a datagram socket that connect(AF_UNSPEC) freed is as new: options stay, any peer, a bind(), a port of its own. */
#include "kinds.h"

static void unspec(int fd)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	OK(connect(fd, &none, sizeof(none)));
}

/* Says what it got, and from which port. */
static uint16_t heard(int fd, const char *want)
{
	union addr from;
	socklen_t len = sizeof(from);
	char c;

	GIVES(recvfrom(fd, &c, 1, 0, &from.sa, &len), 1);
	GIVES(c, want[0]);
	return port_of(&from);
}

static void subject(struct role *r)
{
	int u[2] = { bound_udp(r), bound_udp(r) }, fd = udp_socket(r), two;
	union addr a[2] = { name_of(u[0]), name_of(u[1]) }, own, own2, lo;
	char c;

	set_int(fd, IPPROTO_IP, IP_TTL, 77);
	set_int(fd, SOL_SOCKET, SO_BROADCAST, 1);
	two = dup(fd);
	OK(connect(fd, &a[0].sa, addr_len(&a[0])));
	send_text(fd, "1");
	own = name_of(fd);
	GIVES(heard(u[0], "1"), port_of(&own));
	/* a connect() after the other: the port stays */
	OK(connect(fd, &a[1].sa, addr_len(&a[1])));
	own2 = name_of(fd);
	GIVES(port_of(&own2), port_of(&own));
	unspec(fd);
	GIVES(get_int(fd, IPPROTO_IP, IP_TTL), 77);
	GIVES(get_int(two, SOL_SOCKET, SO_BROADCAST), 1);
	FAILS(send(two, "x", 1, 0), EDESTADDRREQ);
	GIVES(sendto(two, "2", 1, 0, &a[0].sa, addr_len(&a[0])), 1);
	own = name_of(two);
	GIVES(heard(u[0], "2"), port_of(&own));
	GIVES(sendto(u[1], "3", 1, 0,
		     &(union addr){ .in = { .sin_family = AF_INET,
					    .sin_port = own.in.sin_port,
					    .sin_addr = r->self.in.sin_addr } }
			      .sa,
		     sizeof(own.in)),
	      1);
	GIVES(recv(fd, &c, 1, 0), 1);
	/* no port that anybody asked for: bind() may */
	unspec(fd);
	own = with_port(&r->self, next_port(r));
	OK(bind(fd, &own.sa, addr_len(&own)));
	FAILS(bind(fd, &own.sa, addr_len(&own)), EINVAL);
	own2 = name_of(two);
	CHECK(same_addr(&own, &own2));
	OK(close(fd));
	OK(close(two));
	/* another world, as a resolver tries one address after the other */
	fd = udp_socket(r);
	OK(connect(fd, &a[0].sa, addr_len(&a[0])));
	unspec(fd);
	lo = a[0];
	lo.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	OK(connect(fd, &lo.sa, addr_len(&lo)));
	own = name_of(fd);
	GIVES(own.in.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
	OK(close(fd));
	OK(close(u[0]));
	OK(close(u[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
