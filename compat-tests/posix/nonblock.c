// SPDX-License-Identifier: MIT
/* nonblock - O_NONBLOCK by fcntl(), FIONBIO and SOCK_NONBLOCK is the same flag. */
#include <sys/ioctl.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	int on = 1, off = 0, other;
	char c;

	set_nonblock(fd, true);
	FAILS(recv(fd, &c, 1, 0), EAGAIN);
	FAILS(read(fd, &c, 1), EWOULDBLOCK);
	OK(ioctl(fd, FIONBIO, &off));
	CHECK(!(fcntl(fd, F_GETFL) & O_NONBLOCK));
	OK(ioctl(fd, FIONBIO, &on));
	CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
	FAILS(recv(fd, &c, 1, 0), EAGAIN);
	/* The flag is the open file's: a dup has it too. */
	other = dup(fd);
	OK(other);
	CHECK(fcntl(other, F_GETFL) & O_NONBLOCK);
	set_nonblock(other, false);
	CHECK(!(fcntl(fd, F_GETFL) & O_NONBLOCK));
	close(other);
	other = socket(r->self.sa.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	OK(other);
	CHECK(fcntl(other, F_GETFL) & O_NONBLOCK);
	close(other);
	meet(r, 's');
	want_text(fd, "x");
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	sleep_ms(50);
	send_text(fd, "x");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
