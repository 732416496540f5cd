// SPDX-License-Identifier: MIT
/* send-after-reset - once the other end has answered with a reset every send is EPIPE, however many connections there were before. */
#include "kinds.h"

#define BEFORE 100
#define TRIES 5

static void make_and_shut(struct role *r)
{
	int t[2];

	own_pair(r, t);
	OK(shutdown(t[0], SHUT_RDWR));
	OK(close(t[1]));
	OK(close(t[0]));
}

static void subject(struct role *r)
{
	for (int i = 0; i < BEFORE; i++)
		make_and_shut(r);
	for (int i = 0; i < TRIES; i++) {
		int fd = pair(r);

		meet(r, 'c');
		want_eof(fd);
		GIVES(send(fd, "1", 1, MSG_NOSIGNAL), 1);
		CHECK(wait_all_events(fd, POLLIN, POLLERR | POLLHUP) & POLLERR);
		for (int k = 0; k < 20; k++) {
			FAILS(send(fd, "2", 1, MSG_NOSIGNAL), EPIPE);
			sleep_ms(2);
		}
		OK(close(fd));
	}
}

static void helper(struct role *r)
{
	for (int i = 0; i < TRIES; i++) {
		int fd = pair(r);

		OK(close(fd));
		meet(r, 'c');
	}
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
