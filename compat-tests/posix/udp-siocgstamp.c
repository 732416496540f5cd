// SPDX-License-Identifier: MIT
/* udp-siocgstamp - SIOCGSTAMP has no time before the first datagram and its time after; sockets of streams have none. */
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <time.h>

#include "kinds.h"

static void subject(struct role *r)
{
	struct timeval tv = { 0 };
	struct timespec ts = { 0 };
	int fd[2], tcp = tcp_socket(r);
	char c;

	own_udp(r, fd);
	FAILS(ioctl(fd[0], SIOCGSTAMP_OLD, &tv), ENOENT);
	send_text(fd[1], "x");
	GIVES(recv(fd[0], &c, 1, 0), 1);
	OK(ioctl(fd[0], SIOCGSTAMP_OLD, &tv));
	CHECK(tv.tv_sec > 1000000000);
	OK(ioctl(fd[0], SIOCGSTAMPNS_OLD, &ts));
	CHECK(ts.tv_sec - tv.tv_sec <= 1);
	FAILS(ioctl(tcp, SIOCGSTAMP_OLD, &tv), ENOENT);
	OK(close(tcp));
	OK(close(fd[0]));
	OK(close(fd[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
