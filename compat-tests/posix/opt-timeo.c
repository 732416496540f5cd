// SPDX-License-Identifier: MIT
/* opt-timeo - SO_RCVTIMEO and SO_SNDTIMEO read as they were set; negative ones, odd ones and both layouts. */
#include <sys/time.h>

#include "kinds.h"

#define NEW_RCVTIMEO 66 /* SO_RCVTIMEO_NEW, the same on 64 bits */

static void set(int fd, int name, long sec, long usec, long err)
{
	struct timeval t = { sec, usec };

	if (err)
		FAILS(setsockopt(fd, SOL_SOCKET, name, &t, sizeof(t)), err);
	else
		OK(setsockopt(fd, SOL_SOCKET, name, &t, sizeof(t)));
}

static void want(int fd, int name, long sec, long usec)
{
	struct timeval t = { -9, -9 };
	socklen_t len = sizeof(t);

	OK(getsockopt(fd, SOL_SOCKET, name, &t, &len));
	GIVES(len, sizeof(t));
	GIVES(t.tv_sec, sec);
	GIVES(t.tv_usec, usec);
}

static void limits(struct role *r, struct made *m)
{
	static const int names[] = { SO_RCVTIMEO, SO_SNDTIMEO };

	(void)r;
	for (int i = 0; i < 2; i++) {
		int name = names[i];

		want(m->fd, name, 0, 0);
		set(m->fd, name, 3, 500000, 0);
		want(m->fd, name, 3, 500000);
		set(m->fd, name, 0, 1000000, EDOM);
		set(m->fd, name, 0, -1, EDOM);
		want(m->fd, name, 3, 500000);
		set(m->fd, name, -1, 0, 0); /* does not wait at all */
		want(m->fd, name, 0, 0);
		set(m->fd, name, INT64_MAX, 0, 0); /* for ever */
		want(m->fd, name, 0, 0);
	}
	set(m->fd, NEW_RCVTIMEO, 2, 0, 0);
	want(m->fd, SO_RCVTIMEO, 2, 0);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, limits);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
