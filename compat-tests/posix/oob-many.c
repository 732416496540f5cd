// SPDX-License-Identifier: MIT
/* oob-many - each of many sockets that are written in one round sends its urgent byte as such. */
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "roles.h"

#define MANY 40

/* The writer has events first, so that it is busy with a round of them. */
static void subject(struct role *r)
{
	uint16_t port = next_port(r);
	struct epoll_event ev = { .events = EPOLLIN }, out[MANY];
	int fd[MANY], ep = epoll_create1(0), i, n = 0;

	CHECK(ep >= 0);
	meet(r, '1');
	for (i = 0; i < MANY; i++) {
		fd[i] = connect_to(r, port);
		OK(epoll_ctl(ep, EPOLL_CTL_ADD, fd[i], &ev));
	}
	meet(r, '2');
	while (n < 1)
		n = epoll_wait(ep, out, MANY, 5000);
	for (i = 0; i < MANY; i++)
		GIVES(send(fd[i], "U", 1, MSG_OOB), 1);
	meet(r, '3');
	for (i = 0; i < MANY; i++)
		OK(close(fd[i]));
	OK(close(ep));
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	int l = listen_on(r, port, MANY), fd[MANY], i;
	char got;

	meet(r, '1');
	for (i = 0; i < MANY; i++) {
		fd[i] = accept(l, NULL, NULL);
		CHECK(fd[i] >= 0);
	}
	meet(r, '2');
	for (i = 0; i < MANY; i++)
		send_text(fd[i], "x");
	for (i = 0; i < MANY; i++) {
		CHECK(wait_all_events(fd[i], POLLPRI, POLLPRI) & POLLPRI);
		GIVES(recv(fd[i], &got, 1, MSG_OOB), 1);
		GIVES(got, 'U');
	}
	meet(r, '3');
	for (i = 0; i < MANY; i++)
		OK(close(fd[i]));
	OK(close(l));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
