// SPDX-License-Identifier: MIT
/* siocoutq - FIONREAD, SIOCOUTQ and SIOCOUTQNSD: what waits to be read, acknowledged and sent, by kind and state. */
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "kinds.h"

static int asked(int fd, unsigned long what)
{
	int n = -1;

	OK(ioctl(fd, what, &n));
	return n;
}

static void each(struct role *r, struct made *m)
{
	int n = -1;

	(void)r;
	if (is_of(m, OF_LISTENERS)) {
		FAILS(ioctl(m->fd, FIONREAD, &n), EINVAL);
		FAILS(ioctl(m->fd, SIOCOUTQ, &n), EINVAL);
		FAILS(ioctl(m->fd, SIOCOUTQNSD, &n), EINVAL);
		return;
	}
	GIVES(asked(m->fd, FIONREAD), 0);
	GIVES(asked(m->fd, SIOCOUTQ), 0);
	if (is_of(m, OF_TCP))
		GIVES(asked(m->fd, SIOCOUTQNSD), 0);
}

static void full(struct role *r)
{
	static const char zeros[10000];
	int t[2], n;

	own_pair(r, t);
	set_int(t[1], SOL_SOCKET, SO_RCVBUF, 10000);
	while (send(t[0], zeros, 10000, MSG_DONTWAIT) > 0 ||
	       wait_events(t[0], POLLOUT, 50) == POLLOUT)
		;
	n = asked(t[0], SIOCOUTQ);
	CHECK(n > 10000);
	CHECK(asked(t[0], SIOCOUTQNSD) > 0 && asked(t[0], SIOCOUTQNSD) <= n);
	CHECK(asked(t[1], FIONREAD) > 1000);
	OK(close(t[1]));
	OK(close(t[0]));
}

static void subject(struct role *r)
{
	int u[2];

	each_kind(r, OF_ALL, each);
	full(r);
	own_udp(r, u);
	send_text(u[1], "first");
	send_text(u[1], "2nd");
	GIVES(wait_events(u[0], POLLIN, 5000), POLLIN);
	GIVES(asked(u[0], FIONREAD), 5); /* the first one alone */
	GIVES(recv(u[0], u, 1, MSG_PEEK), 1);
	OK(close_range(3, 99, 0));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
