// SPDX-License-Identifier: MIT
/* opt-length - lengths of values: too short ones are refused, long ones cut, what is read has the room that is given. */
#include <netinet/tcp.h>

#include "kinds.h"

static void set_lengths(int fd)
{
	int v[2] = { 1, 99 };

	FAILS(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, v, 3), EINVAL);
	FAILS(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, v, 0), EINVAL);
	OK(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, v, 8));
	GIVES(get_int(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
	FAILS(setsockopt(fd, SOL_SOCKET, SO_LINGER, v, 4), EINVAL);
	FAILS(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, v, 8), EINVAL);
	OK(setsockopt(fd, IPPROTO_IP, IP_TOS, v, 8));
	FAILS(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, v, (socklen_t)-1),
	      EINVAL);
}

static void got(int fd, int level, int name, socklen_t room, socklen_t want)
{
	unsigned char v[16];
	socklen_t len = room;

	memset(v, 0xee, sizeof(v));
	OK(getsockopt(fd, level, name, v, &len));
	GIVES(len, want);
	for (socklen_t i = want; i < sizeof(v); i++)
		GIVES(v[i], 0xee);
}

static void get_lengths(int fd)
{
	int v;
	socklen_t len = (socklen_t)-1;

	got(fd, SOL_SOCKET, SO_TYPE, 16, 4);
	got(fd, SOL_SOCKET, SO_TYPE, 3, 3);
	got(fd, SOL_SOCKET, SO_TYPE, 0, 0);
	got(fd, SOL_SOCKET, SO_LINGER, 16, 8);
	got(fd, SOL_SOCKET, SO_LINGER, 5, 5);
	got(fd, SOL_SOCKET, SO_RCVTIMEO, 16, 16);
	got(fd, IPPROTO_IP, IP_TTL, 16, 4);
	got(fd, IPPROTO_IP, IP_TTL, 4, 4);
	got(fd, IPPROTO_IP, IP_TTL, 3, 1);
	got(fd, IPPROTO_IP, IP_TTL, 1, 1);
	FAILS(getsockopt(fd, SOL_SOCKET, SO_TYPE, &v, &len), EINVAL);
	len = (socklen_t)-1;
	FAILS(getsockopt(fd, IPPROTO_IP, IP_TTL, &v, &len), EINVAL);
}

static void lengths(struct role *r, struct made *m)
{
	int v = 1;

	(void)r;
	set_lengths(m->fd);
	get_lengths(m->fd);
	if (!is_of(m, OF_TCP))
		return;
	got(m->fd, IPPROTO_TCP, TCP_NODELAY, 16, 4);
	got(m->fd, IPPROTO_TCP, TCP_NODELAY, 2, 2);
	FAILS(setsockopt(m->fd, IPPROTO_TCP, TCP_NODELAY, &v, 3), EINVAL);
	FAILS(setsockopt(m->fd, IPPROTO_TCP, TCP_NODELAY, &v, 0), EINVAL);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, lengths);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
