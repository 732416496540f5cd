// SPDX-License-Identifier: MIT
/* connect-eintr - a signal interrupts a blocking connect(), which goes on without the caller. */
#include <sys/time.h>

#include "roles.h"

static void on_alarm(int sig)
{
	(void)sig;
}

static void subject(struct role *r)
{
	struct itimerval in_200ms = { .it_value.tv_usec = 200000 };
	union addr a = nobody(r, 9);
	int fd = tcp_socket(r);
	uint64_t start = now_ms();

	handle(SIGALRM, on_alarm, 0);
	OK(setitimer(ITIMER_REAL, &in_200ms, NULL));
	FAILS(connect(fd, &a.sa, addr_len(&a)), EINTR);
	took(start, 190, 1500, "the interrupted connect()");
	set_nonblock(fd, true);
	FAILS(connect(fd, &a.sa, addr_len(&a)), EALREADY);
	close(fd);
}

static void helper(struct role *r)
{
	(void)r;
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
