// SPDX-License-Identifier: MIT
/* eintr - a signal interrupts a blocking call, or not with SA_RESTART, as signal(7) says. */
#include <sys/time.h>

#include "roles.h"

static volatile sig_atomic_t alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

static void alarm_in_100ms(void)
{
	struct itimerval soon = { .it_value.tv_usec = 100000 };

	alarms = 0;
	OK(setitimer(ITIMER_REAL, &soon, NULL));
}

static void interrupted(struct role *r, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int ls = listen_on(r, next_port(r), 1);
	char c;

	handle(SIGALRM, on_alarm, 0);
	alarm_in_100ms();
	FAILS(recv(fd, &c, 1, 0), EINTR);
	alarm_in_100ms();
	FAILS(read(fd, &c, 1), EINTR);
	alarm_in_100ms();
	FAILS(accept(ls, NULL, NULL), EINTR);
	handle(SIGALRM, on_alarm, SA_RESTART);
	alarm_in_100ms();
	FAILS(poll(&p, 1, -1), EINTR);
	close(ls);
}

static void subject(struct role *r, int fd)
{
	struct timeval limit = { .tv_sec = 20 };
	char c;

	interrupted(r, fd);
	alarm_in_100ms();
	meet(r, 's'); /* the byte comes 300 ms from now */
	GIVES(recv(fd, &c, 1, 0), 1);
	GIVES(alarms, 1);
	/* With a timeout set recv() is never restarted. */
	OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	alarm_in_100ms();
	FAILS(recv(fd, &c, 1, 0), EINTR);
}

static void helper(struct role *r, int fd)
{
	next_port(r);
	meet(r, 's');
	sleep_ms(300);
	send_text(fd, "x");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
