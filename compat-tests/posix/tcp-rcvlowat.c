// SPDX-License-Identifier: MIT
/* tcp-rcvlowat - SO_RCVLOWAT: poll() and epoll wait for so much, a receive that has less waits, the end shows at once. */
#include "poller.h"
#include "roles.h"

static void subject(struct role *r, int fd)
{
	int ep = ep_new();
	char got[32];

	set_int(fd, SOL_SOCKET, SO_RCVLOWAT, 10);
	ep_add(ep, fd, EPOLLIN);
	meet(r, '1');
	GIVES(wait_events(fd, POLLIN, 80), 0);
	GIVES(ep_wait(ep, fd, 0), 0);
	/* what is there is given to those who will not wait */
	GIVES(recv(fd, got, sizeof(got), MSG_DONTWAIT | MSG_PEEK), 5);
	meet(r, '2');
	GIVES(ep_wait(ep, fd, 5000), EPOLLIN);
	GIVES(wait_events(fd, POLLIN, 0), POLLIN);
	GIVES(recv(fd, got, sizeof(got), 0), 11);
	meet(r, '3');
	CHECK(wait_events(fd, POLLIN, 5000) & POLLIN);
	GIVES(recv(fd, got, sizeof(got), 0), 3);
	want_eof(fd);
	OK(close(ep));
}

static void helper(struct role *r, int fd)
{
	send_text(fd, "12345");
	meet(r, '1');
	meet(r, '2');
	send_text(fd, "678901");
	meet(r, '3');
	send_text(fd, "end");
	OK(shutdown(fd, SHUT_WR));
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
