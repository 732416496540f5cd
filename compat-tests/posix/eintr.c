// SPDX-License-Identifier: MIT
/* eintr - a signal interrupts a blocking call, or not with SA_RESTART, as signal(7) says. */
#include "roles.h"

static volatile sig_atomic_t alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

/* The call is interrupted; other calls are not. */
#define INTERRUPTED(call)           \
	do {                        \
		alarm_every(100);   \
		FAILS(call, EINTR); \
		alarm_every(0);     \
	} while (0)

static void interrupted(struct role *r, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int ls = listen_on(r, next_port(r), 1);
	char c;

	handle(SIGALRM, on_alarm, 0);
	INTERRUPTED(recv(fd, &c, 1, 0));
	INTERRUPTED(read(fd, &c, 1));
	INTERRUPTED(accept(ls, NULL, NULL));
	handle(SIGALRM, on_alarm, SA_RESTART);
	INTERRUPTED(poll(&p, 1, -1));
	close(ls);
}

static void subject(struct role *r, int fd)
{
	struct timeval limit = { .tv_sec = 20 };
	char c;

	interrupted(r, fd);
	meet(r, 's'); /* the byte comes 500 ms from now */
	alarms = 0;
	alarm_every(100);
	GIVES(recv(fd, &c, 1, 0), 1);
	alarm_every(0);
	CHECK(alarms > 0);
	/* With a timeout set recv() is never restarted. */
	OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	INTERRUPTED(recv(fd, &c, 1, 0));
}

static void helper(struct role *r, int fd)
{
	next_port(r);
	meet(r, 's');
	sleep_ms(500);
	send_text(fd, "x");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
