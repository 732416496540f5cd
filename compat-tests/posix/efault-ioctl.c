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
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
