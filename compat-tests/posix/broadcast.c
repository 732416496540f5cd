// SPDX-License-Identifier: MIT
/* broadcast - a broadcast address needs SO_BROADCAST: EACCES from sendto() and connect(); a stream cannot have it. */
#include "kinds.h"

static void denied(int fd, const union addr *to)
{
	FAILS(sendto(fd, "x", 1, 0, &to->sa, addr_len(to)), EACCES);
	FAILS(connect(fd, &to->sa, addr_len(to)), EACCES);
}

static void subject(struct role *r)
{
	union addr link = with_port(&r->self, 9), all = link;
	int u = bound_udp(r), t = tcp_socket(r);

	link.in.sin_addr.s_addr |= htonl(255); /* of a /24 */
	all.in.sin_addr.s_addr = htonl(INADDR_BROADCAST);
	denied(u, &link);
	denied(u, &all);
	set_int(u, SOL_SOCKET, SO_BROADCAST, 1);
	GIVES(sendto(u, "x", 1, 0, &link.sa, addr_len(&link)), 1);
	GIVES(sendto(u, "x", 1, 0, &all.sa, addr_len(&all)), 1);
	OK(connect(u, &link.sa, addr_len(&link)));
	FAILS(connect(t, &link.sa, addr_len(&link)), ENETUNREACH);
	OK(close(t));
	t = tcp_socket(r);
	FAILS(connect(t, &all.sa, addr_len(&all)), ENETUNREACH);
	OK(close(t));
	OK(close(u));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
