// SPDX-License-Identifier: MIT
/* owner-early - whoever is to have SIGURG may be named before the socket has an address. */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "roles.h"

static int owner_of(int fd)
{
	int who = -1;

	OK(ioctl(fd, FIOGETOWN, &who));
	return who;
}

static int bound_socket(const struct role *r, int type, void name(int fd))
{
	int fd = socket(r->self.sa.sa_family, type, 0);

	CHECK(fd >= 0);
	name(fd);
	GIVES(owner_of(fd), getpid());
	OK(bind(fd, &r->self.sa, addr_len(&r->self)));
	return fd;
}

static void by_fcntl(int fd)
{
	OK(fcntl(fd, F_SETOWN, getpid()));
}

static void by_fcntl_ex(int fd)
{
	struct f_owner_ex ex = { .type = F_OWNER_PID, .pid = getpid() };

	OK(fcntl(fd, F_SETOWN_EX, &ex));
}

static void by_fioset(int fd)
{
	int pid = getpid();

	OK(ioctl(fd, FIOSETOWN, &pid));
}

static void by_siocs(int fd)
{
	int pid = getpid();

	OK(ioctl(fd, SIOCSPGRP, &pid));
}

static void subject(struct role *r)
{
	void (*const names[])(int fd) = { by_fcntl, by_fcntl_ex, by_fioset,
					  by_siocs };
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM };
	int i, j, fd;

	for (i = 0; i < 4; i++)
		for (j = 0; j < 2; j++) {
			fd = bound_socket(r, types[j], names[i]);
			GIVES(owner_of(fd), getpid());
			OK(fcntl(fd, F_SETOWN, 0));
			GIVES(owner_of(fd), 0);
			OK(close(fd));
		}
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
