// SPDX-License-Identifier: MIT
/* opt-udp - options of IPPROTO_UDP on datagram sockets of every kind. */
#include <netinet/udp.h>

#include "kinds.h"

static void udp(struct role *r, struct made *m)
{
	int bad = 65536;

	(void)r;
	GIVES(get_int(m->fd, IPPROTO_UDP, UDP_CORK), 0);
	set_int(m->fd, IPPROTO_UDP, UDP_CORK, 1);
	GIVES(get_int(m->fd, IPPROTO_UDP, UDP_CORK), 1);
	set_int(m->fd, IPPROTO_UDP, UDP_CORK, 0);
	GIVES(get_int(m->fd, IPPROTO_UDP, UDP_CORK), 0);
	GIVES(get_int(m->fd, IPPROTO_UDP, UDP_SEGMENT), 0);
	set_int(m->fd, IPPROTO_UDP, UDP_SEGMENT, 1200);
	GIVES(get_int(m->fd, IPPROTO_UDP, UDP_SEGMENT), 1200);
	FAILS(setsockopt(m->fd, IPPROTO_UDP, UDP_SEGMENT, &bad, 4), EINVAL);
	set_int(m->fd, IPPROTO_UDP, UDP_SEGMENT, 0);
	set_int(m->fd, IPPROTO_UDP, UDP_GRO, 1);
	GIVES(get_int(m->fd, IPPROTO_UDP, UDP_GRO), 1);
	set_int(m->fd, IPPROTO_UDP, UDP_GRO, 0);
	FAILS(setsockopt(m->fd, IPPROTO_UDP, UDP_CORK, &bad, 3), EINVAL);
	set_int(m->fd, IPPROTO_UDP, UDP_NO_CHECK6_TX, 1);
	GIVES(get_int(m->fd, IPPROTO_UDP, UDP_NO_CHECK6_TX), 1);
}

static void subject(struct role *r)
{
	each_kind(r, OF_UDP, udp);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
