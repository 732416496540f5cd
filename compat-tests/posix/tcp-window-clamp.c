// SPDX-License-Identifier: MIT
/* tcp-window-clamp - TCP_WINDOW_CLAMP has a least value; none at all only before there is a connection or a listener. */
#include <netinet/tcp.h>

#include "kinds.h"

static void clamps(struct role *r, struct made *m)
{
	int none = 0;

	(void)r;
	set_int(m->fd, IPPROTO_TCP, TCP_WINDOW_CLAMP, 100000);
	GIVES(get_int(m->fd, IPPROTO_TCP, TCP_WINDOW_CLAMP), 100000);
	set_int(m->fd, IPPROTO_TCP, TCP_WINDOW_CLAMP, 1);
	GIVES(get_int(m->fd, IPPROTO_TCP, TCP_WINDOW_CLAMP), 1152);
	if (is_of(m, OF_NO_PEER_TCP)) {
		set_int(m->fd, IPPROTO_TCP, TCP_WINDOW_CLAMP, none);
		GIVES(get_int(m->fd, IPPROTO_TCP, TCP_WINDOW_CLAMP), 0);
		return;
	}
	FAILS(setsockopt(m->fd, IPPROTO_TCP, TCP_WINDOW_CLAMP, &none, 4),
	      EINVAL);
}

static void subject(struct role *r)
{
	each_kind(r, OF_TCP, clamps);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
