// SPDX-License-Identifier: MIT
/* efault-ioctl - ioctl() and fcntl() with an argument that cannot be read or written. */
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include "badmem.h"
#include "kinds.h"

static void tries(struct made *m, void *bad, bool readable)
{
	if (!is_of(m, OF_LISTENERS)) {
		FAILS(ioctl(m->fd, FIONREAD, bad), EFAULT);
		FAILS(ioctl(m->fd, SIOCOUTQ, bad), EFAULT);
	}
	FAILS(ioctl(m->fd, SIOCGIFCONF, bad), EFAULT);
	FAILS(ioctl(m->fd, FIOGETOWN, bad), EFAULT);
	FAILS(fcntl(m->fd, F_GETLK, bad), EFAULT);
	if (readable)
		return;
	FAILS(ioctl(m->fd, FIONBIO, bad), EFAULT);
	FAILS(ioctl(m->fd, FIOASYNC, bad), EFAULT);
	GIVES(fcntl(m->fd, F_GETFL), O_RDWR);
}

/* The time of what was received last. */
static void stamps(struct role *r)
{
	void *bad[5];
	int u[2];

	own_udp(r, u);
	send_text(u[1], "x");
	want_text(u[0], "x");
	for (int i = unwritable(bad) - 1; i >= 0; i--) {
		about("address %p", bad[i]);
		FAILS(ioctl(u[0], SIOCGSTAMP, bad[i]), EFAULT);
		FAILS(ioctl(u[0], SIOCGSTAMPNS, bad[i]), EFAULT);
	}
	OK(close(u[0]));
	OK(close(u[1]));
}

static void each(struct role *r, struct made *m)
{
	void *bad[5];

	(void)r;
	for (int i = unwritable(bad) - 1; i >= 0; i--) {
		about("kind %d, address %p", m->kind, bad[i]);
		tries(m, bad[i], i == 4);
	}
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, each);
	stamps(r);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
