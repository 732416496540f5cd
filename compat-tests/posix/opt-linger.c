// SPDX-License-Identifier: MIT
/* opt-linger - SO_LINGER keeps its time when it is off, and on sockets of every kind. */
#include "kinds.h"

static void want(int fd, int on, int time)
{
	struct linger l = { -1, -1 };
	socklen_t len = sizeof(l);

	OK(getsockopt(fd, SOL_SOCKET, SO_LINGER, &l, &len));
	GIVES(len, sizeof(l));
	GIVES(l.l_onoff, on);
	GIVES(l.l_linger, time);
}

static void set(int fd, int on, int time)
{
	struct linger l = { on, time };

	OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l)));
}

static void lingers(struct role *r, struct made *m)
{
	(void)r;
	want(m->fd, 0, 0);
	set(m->fd, 5, 7);
	want(m->fd, 1, 7);
	set(m->fd, 0, 9);
	want(m->fd, 0, 7);
	set(m->fd, 1, 0);
	want(m->fd, 1, 0);
	set(m->fd, 0, 0);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, lingers);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
