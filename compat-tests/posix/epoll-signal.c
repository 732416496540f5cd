// SPDX-License-Identifier: MIT
/* epoll-signal - a signal interrupts epoll_wait(), also with SA_RESTART; epoll_pwait() masks it. */
#include "poller.h"
#include "roles.h"

static volatile sig_atomic_t alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

static void subject(struct role *r, int fd)
{
	struct epoll_event ev;
	int ep = ep_new();
	sigset_t all;
	uint64_t start;

	(void)r;
	sigfillset(&all);
	ep_add(ep, fd, EPOLLIN);
	handle(SIGALRM, on_alarm, SA_RESTART);
	alarm_every(100);
	FAILS(epoll_wait(ep, &ev, 1, 5000), EINTR);
	CHECK(alarms > 0);
	alarms = 0;
	start = now_ms();
	GIVES(epoll_pwait(ep, &ev, 1, 300, &all), 0);
	took(start, 300, "the masked epoll_pwait()");
	CHECK(alarms > 0); /* delivered once the mask is back */
	alarm_every(0);
	close(ep);
	send_text(fd, "x");
}

static void helper(struct role *r, int fd)
{
	(void)r;
	want_text(fd, "x");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
