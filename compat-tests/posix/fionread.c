// SPDX-License-Identifier: MIT
/* fionread - FIONREAD tells the readable bytes, SIOCOUTQ those not yet acknowledged. */
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "roles.h"

static int queued(int fd, unsigned long what)
{
	int n = -1;

	OK(ioctl(fd, what, &n));
	return n;
}

static void subject(struct role *r, int fd)
{
	char buf[8];

	GIVES(queued(fd, FIONREAD), 0);
	meet(r, 's');
	while (queued(fd, FIONREAD) < 12)
		sleep_ms(5);
	GIVES(queued(fd, FIONREAD), 12);
	recv_all(fd, buf, 5);
	GIVES(queued(fd, FIONREAD), 7);
	meet(r, 'e');
	CHECK(wait_events(fd, POLLRDHUP, 5000) & POLLRDHUP);
	GIVES(queued(fd, FIONREAD), 7);
	send_text(fd, "answer");
	for (int i = 0; queued(fd, SIOCOUTQ) != 0; i++) {
		CHECK(i < 1000);
		sleep_ms(5);
	}
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	send_text(fd, "hello, ");
	send_text(fd, "world");
	meet(r, 'e');
	OK(shutdown(fd, SHUT_WR));
	want_text(fd, "answer");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
