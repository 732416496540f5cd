// SPDX-License-Identifier: MIT
/* v6-mapped - sockets of AF_INET6 with addresses of IPv4: names, options and what cannot be mixed. */
#include <arpa/inet.h>

#include "kinds.h"

static union addr mapped(const union addr *a)
{
	union addr m = { .in6 = { .sin6_family = AF_INET6,
				  .sin6_port = a->in.sin_port } };

	m.in6.sin6_addr.s6_addr[10] = m.in6.sin6_addr.s6_addr[11] = 0xff;
	memcpy(&m.in6.sin6_addr.s6_addr[12], &a->in.sin_addr, 4);
	return m;
}

static void streams(struct role *r)
{
	int ls = listen_on(r, 0, 4), fd = socket(AF_INET6, SOCK_STREAM, 0);
	union addr a = name_of(ls), to = mapped(&a), got;
	socklen_t len = sizeof(got);
	int end, v6 = socket(AF_INET6, SOCK_STREAM, 0);

	OK(connect(fd, &to.sa, sizeof(to.in6)));
	OK(getpeername(fd, &got.sa, &len));
	GIVES(len, sizeof(got.in6));
	CHECK(same_addr(&got, &to));
	end = accept(ls, NULL, NULL);
	OK(end);
	send_text(fd, "mapped");
	want_text(end, "mapped");
	GIVES(get_int(fd, SOL_SOCKET, SO_DOMAIN), AF_INET6);
	set_int(v6, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	FAILS(connect(v6, &to.sa, sizeof(to.in6)), ENETUNREACH);
	OK(close(v6));
	OK(close(end));
	OK(close(fd));
	OK(close(ls));
}

static void datagrams(struct role *r)
{
	int u = bound_udp(r), six = socket(AF_INET6, SOCK_DGRAM, 0);
	union addr a = name_of(u), to = mapped(&a);
	char c;

	GIVES(sendto(six, "1", 1, 0, &to.sa, sizeof(to.in6)), 1);
	GIVES(recv(u, &c, 1, 0), 1);
	/* IPv4's own names are taken too */
	GIVES(sendto(six, "2", 1, 0, &a.sa, sizeof(a.in)), 1);
	GIVES(recv(u, &c, 1, 0), 1);
	GIVES(c, '2');
	OK(connect(six, &a.sa, sizeof(a.in)));
	send_text(six, "3");
	GIVES(recv(u, &c, 1, 0), 1);
	to.in6.sin6_addr = in6addr_loopback;
	FAILS(sendto(u, "x", 1, 0, &to.sa, sizeof(to.in6)), EAFNOSUPPORT);
	OK(close(six));
	OK(close(u));
}

static void subject(struct role *r)
{
	streams(r);
	datagrams(r);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
