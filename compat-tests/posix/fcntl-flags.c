// SPDX-License-Identifier: MIT
/* fcntl-flags - F_GETFL, F_SETFL, FIONBIO, F_SETFD, FIOCLEX and F_SETOWN on sockets of every kind. */
#include <sys/ioctl.h>

#include "kinds.h"

static void status(int fd)
{
	int on = 1, off = 0;

	GIVES(fcntl(fd, F_GETFL), O_RDWR);
	OK(fcntl(fd, F_SETFL, O_NONBLOCK | O_APPEND));
	GIVES(fcntl(fd, F_GETFL), O_RDWR | O_NONBLOCK | O_APPEND);
	OK(ioctl(fd, FIONBIO, &off));
	GIVES(fcntl(fd, F_GETFL), O_RDWR | O_APPEND);
	OK(ioctl(fd, FIONBIO, &on));
	GIVES(fcntl(fd, F_GETFL), O_RDWR | O_NONBLOCK | O_APPEND);
	OK(fcntl(fd, F_SETFL, O_RDONLY)); /* access stays */
	GIVES(fcntl(fd, F_GETFL), O_RDWR);
	OK(fcntl(fd, F_SETFL, O_ASYNC));
	GIVES(fcntl(fd, F_GETFL), O_RDWR | O_ASYNC);
	OK(ioctl(fd, FIOASYNC, &off));
	GIVES(fcntl(fd, F_GETFL), O_RDWR);
}

static void descriptor(int fd)
{
	OK(fcntl(fd, F_SETFD, FD_CLOEXEC));
	GIVES(fcntl(fd, F_GETFD), FD_CLOEXEC);
	OK(ioctl(fd, FIONCLEX));
	GIVES(fcntl(fd, F_GETFD), 0);
	OK(ioctl(fd, FIOCLEX));
	GIVES(fcntl(fd, F_GETFD), FD_CLOEXEC);
	OK(fcntl(fd, F_SETFD, 0xfe)); /* the lowest bit alone counts */
	GIVES(fcntl(fd, F_GETFD), 0);
	FAILS(fcntl(fd, 7777, 0), EINVAL);
	FAILS(ioctl(fd, 0x7777, 0), ENOTTY);
}

static void flags(struct role *r, struct made *m)
{
	int pid = getpid(), got = 0;

	(void)r;
	status(m->fd);
	descriptor(m->fd);
	GIVES(fcntl(m->fd, F_GETOWN), 0);
	OK(fcntl(m->fd, F_SETOWN, pid));
	GIVES(fcntl(m->fd, F_GETOWN), pid);
	OK(ioctl(m->fd, FIOGETOWN, &got));
	GIVES(got, pid);
	OK(ioctl(m->fd, SIOCSPGRP, &(int){ 0 }));
	GIVES(fcntl(m->fd, F_GETOWN), 0);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, flags);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
