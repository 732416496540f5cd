// SPDX-License-Identifier: MIT
/* oob-epoll - EPOLLPRI, level-triggered and edge-triggered: the latter again when bytes come. */
#include <sys/epoll.h>

#include "roles.h"

static int watch(int fd, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.fd = fd };
	int ep = epoll_create1(0);

	OK(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev));
	return ep;
}

static uint32_t told(int ep, int ms)
{
	struct epoll_event ev = { 0 };

	OK(epoll_wait(ep, &ev, 1, ms));
	return ev.events;
}

static void subject(struct role *r, int fd)
{
	int level = watch(fd, EPOLLPRI), edge = watch(fd, EPOLLPRI | EPOLLET);
	char got[8];

	GIVES(told(level, 0), 0);
	meet(r, '1');
	GIVES(told(level, 5000), EPOLLPRI);
	GIVES(told(level, 0), EPOLLPRI);
	GIVES(told(edge, 5000), EPOLLPRI);
	sleep_ms(50);
	told(edge, 0);
	GIVES(told(edge, 0), 0);
	meet(r, '2');
	GIVES(told(edge, 5000), EPOLLPRI);
	GIVES(recv(fd, got, 1, MSG_OOB), 1);
	GIVES(told(level, 0), 0);
	meet(r, '3');
	want_text(fd, "ab");
	want_text(fd, "cd");
	GIVES(told(edge, 0), 0);
	close(level);
	close(edge);
}

static void helper(struct role *r, int fd)
{
	meet(r, '1');
	GIVES(send(fd, "abU", 3, MSG_OOB), 3);
	meet(r, '2');
	send_text(fd, "cd");
	meet(r, '3');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
