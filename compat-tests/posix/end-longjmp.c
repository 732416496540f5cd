// SPDX-License-Identifier: MIT
/* end-longjmp - a handler leaves a receive, accept or poll by siglongjmp(): the thread goes on, and close() ends the connection. */
#include <setjmp.h>

#include "kinds.h"
#include "waiter.h"

static sigjmp_buf back;

static void leave(int sig)
{
	(void)sig;
	siglongjmp(back, 1);
}

static void left(wait_fn *fn, int fd)
{
	if (sigsetjmp(back, 1) == 0) {
		alarm_every(50);
		fn(&fd);
		CHECK(!"the wait has ended");
	}
	alarm_every(0);
}

static void subject(struct role *r)
{
	int t[2], u[2], ls = listen_on(r, 0, 1);

	handle(SIGALRM, leave, SA_RESTART);
	own_pair(r, t);
	own_udp(r, u);
	left(wait_recv, t[0]);
	left(wait_recvmsg, u[0]);
	left(wait_accept, ls);
	left(wait_poll, t[0]);
	left(wait_recv, t[0]);
	send_text(t[1], "x");
	want_text(t[0], "x");
	left(wait_recv, t[0]);
	OK(close(t[0]));
	want_eof(t[1]);
	handle(SIGALRM, SIG_DFL, 0);
	OK(close(t[1]));
	OK(close(ls));
	OK(close(u[0]));
	OK(close(u[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
