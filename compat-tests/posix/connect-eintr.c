// SPDX-License-Identifier: MIT
/* connect-eintr - a signal interrupts a blocking connect(), which goes on without the caller. */
#include "roles.h"

static void on_alarm(int sig)
{
	(void)sig;
}

static void subject(struct role *r)
{
	union addr a = nobody(r, 9);
	int fd = tcp_socket(r);
	uint64_t start = now_ms();

	handle(SIGALRM, on_alarm, 0);
	alarm_every(200);
	FAILS(connect(fd, &a.sa, addr_len(&a)), EINTR);
	took(start, 200, "the interrupted connect()");
	alarm_every(0);
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
