// SPDX-License-Identifier: MIT
/* opt-tcp-bounds - the least and default values of TCP_KEEP*, TCP_LINGER2, TCP_MAXSEG, TCP_WINDOW_CLAMP, TCP_SYNCNT, TCP_QUICKACK. */
#include <netinet/tcp.h>

#include "kinds.h"

static void refused(int fd, int name, int value)
{
	FAILS(setsockopt(fd, IPPROTO_TCP, name, &value, sizeof(value)), EINVAL);
}

static void zeros(int fd)
{
	refused(fd, TCP_KEEPIDLE, 0);
	refused(fd, TCP_KEEPINTVL, 0);
	refused(fd, TCP_KEEPCNT, 0);
	refused(fd, TCP_SYNCNT, 0);
	refused(fd, TCP_SYNCNT, -1);
	refused(fd, TCP_MAXSEG, 87);
	refused(fd, TCP_MAXSEG, 32768);
}

static void defaults(int fd)
{
	GIVES(get_int(fd, IPPROTO_TCP, TCP_KEEPIDLE), 7200);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_KEEPINTVL), 75);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_KEEPCNT), 9);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_SYNCNT), 6);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_LINGER2), 60);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT), 0);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT), 0);
}

static void linger2(int fd)
{
	set_int(fd, IPPROTO_TCP, TCP_LINGER2, 7);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_LINGER2), 7);
	set_int(fd, IPPROTO_TCP, TCP_LINGER2, -5);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_LINGER2), -1);
	set_int(fd, IPPROTO_TCP, TCP_LINGER2, 0);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_LINGER2), 60);
	set_int(fd, IPPROTO_TCP, TCP_LINGER2, 121);
	CHECK(get_int(fd, IPPROTO_TCP, TCP_LINGER2) <= 120);
}

static void bounds(struct role *r, struct made *m)
{
	(void)r;
	zeros(m->fd);
	defaults(m->fd);
	linger2(m->fd);
	if (is_of(m, OF_CONNECTIONS)) {
		refused(m->fd, TCP_WINDOW_CLAMP, 0);
		CHECK(get_int(m->fd, IPPROTO_TCP, TCP_MAXSEG) > 500);
		return;
	}
	GIVES(get_int(m->fd, IPPROTO_TCP, TCP_MAXSEG), 536);
	set_int(m->fd, IPPROTO_TCP, TCP_MAXSEG, 700);
	GIVES(get_int(m->fd, IPPROTO_TCP, TCP_MAXSEG), 700);
}

static void subject(struct role *r)
{
	each_kind(r, OF_TCP, bounds);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
