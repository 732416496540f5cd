// SPDX-License-Identifier: MIT
/* ip-mtu - IP_MTU is known of connected sockets only; TCP_MAXSEG agrees with it. */
#include <netinet/tcp.h>

#include "kinds.h"

static void unknown(struct role *r, struct made *m)
{
	int v = 0;
	socklen_t len = sizeof(v);

	(void)r;
	FAILS(getsockopt(m->fd, IPPROTO_IP, IP_MTU, &v, &len), ENOTCONN);
	v = 1400;
	FAILS(setsockopt(m->fd, IPPROTO_IP, IP_MTU, &v, sizeof(v)),
	      ENOPROTOOPT);
}

static void subject(struct role *r)
{
	int fd = pair(r), u = udp_socket(r), mss;
	union addr a = with_port(&r->other, 9);

	each_kind(r, OF_ALL & ~OF_CONNECTIONS & ~OF_CONNECTED_UDP, unknown);
	GIVES(get_int(fd, IPPROTO_IP, IP_MTU), 1500);
	mss = get_int(fd, IPPROTO_TCP, TCP_MAXSEG);
	CHECK(mss == 1460 || mss == 1448);
	OK(connect(u, &a.sa, addr_len(&a)));
	GIVES(get_int(u, IPPROTO_IP, IP_MTU), 1500);
	meet(r, 'd');
	OK(close(u));
	OK(close(fd));
}

static void helper(struct role *r)
{
	int fd = pair(r);

	meet(r, 'd');
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
