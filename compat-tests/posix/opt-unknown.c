// SPDX-License-Identifier: MIT
/* opt-unknown - options and levels that are not are refused, with Linux's errno for each level and kind. */
#include "kinds.h"

static void refuses(int fd, int level, int name, int set_err, int get_err)
{
	int value = 1;
	socklen_t len = sizeof(value);

	about("level %d, option %d", level, name);
	FAILS(setsockopt(fd, level, name, &value, sizeof(value)), set_err);
	FAILS(getsockopt(fd, level, name, &value, &len), get_err);
}

static void no_such(int fd, int level, int name)
{
	refuses(fd, level, name, ENOPROTOOPT, ENOPROTOOPT);
}

/* Linux answers the two differently. */
static void no_level(int fd, int level)
{
	refuses(fd, level, 1, ENOPROTOOPT, EOPNOTSUPP);
}

static void each(struct role *r, struct made *m)
{
	(void)r;
	no_such(m->fd, SOL_SOCKET, 999);
	no_such(m->fd, SOL_SOCKET, -1);
	no_such(m->fd, IPPROTO_IP, 150);
	no_level(m->fd, 200);
	no_level(m->fd, -1);
	no_level(m->fd, IPPROTO_IPV6);
	if (is_of(m, OF_TCP)) {
		no_such(m->fd, IPPROTO_TCP, 999);
		no_level(m->fd, IPPROTO_UDP);
	} else {
		no_such(m->fd, IPPROTO_UDP, 999);
		no_level(m->fd, IPPROTO_TCP);
	}
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
