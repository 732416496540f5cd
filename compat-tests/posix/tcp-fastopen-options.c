// SPDX-License-Identifier: MIT
/* tcp-fastopen-options - TCP_FASTOPEN of listeners and TCP_FASTOPEN_CONNECT: which states take them, and what is read. */
#include <netinet/tcp.h>

#include "kinds.h"

static void values(struct role *r, struct made *m)
{
	int v = 5;

	(void)r;
	GIVES(get_int(m->fd, IPPROTO_TCP, TCP_FASTOPEN), 0);
	if (is_of(m, OF_CONNECTIONS)) {
		FAILS(setsockopt(m->fd, IPPROTO_TCP, TCP_FASTOPEN, &v, 4),
		      EINVAL);
	} else {
		set_int(m->fd, IPPROTO_TCP, TCP_FASTOPEN, v);
		GIVES(get_int(m->fd, IPPROTO_TCP, TCP_FASTOPEN), v);
	}
	FAILS(setsockopt(m->fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &v, 4),
	      EINVAL);
	v = 1;
	if (is_of(m, OF_NO_PEER_TCP)) {
		set_int(m->fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, v);
		GIVES(get_int(m->fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT), 1);
	} else {
		FAILS(setsockopt(m->fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &v,
				 4),
		      EINVAL);
	}
}

static void subject(struct role *r)
{
	each_kind(r, OF_TCP, values);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
