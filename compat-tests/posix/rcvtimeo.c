// SPDX-License-Identifier: MIT
/* rcvtimeo - SO_RCVTIMEO bounds recv() and accept() with EAGAIN. */
#include <sys/time.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	struct timeval limit = { .tv_usec = 200000 }, got;
	int ls = listen_on(r, next_port(r), 1);
	socklen_t len = sizeof(got);
	uint64_t start;
	char c;

	OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	OK(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &got, &len));
	CHECK(got.tv_sec == 0 && got.tv_usec == 200000);
	start = now_ms();
	FAILS(recv(fd, &c, 1, 0), EAGAIN);
	took(start, 200, "the bounded recv()");
	OK(setsockopt(ls, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	start = now_ms();
	FAILS(accept(ls, NULL, NULL), EAGAIN);
	took(start, 200, "the bounded accept()");
	close(ls);
	meet(r, 's');
	want_text(fd, "in time");
}

static void helper(struct role *r, int fd)
{
	next_port(r);
	meet(r, 's');
	sleep_ms(50);
	send_text(fd, "in time");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
