// SPDX-License-Identifier: MIT
/* ppoll-mask - ppoll() and pselect() swap the signal mask for their wait alone. */
#include <sys/select.h>

#include "roles.h"

static volatile sig_atomic_t seen;

static void on_usr1(int sig)
{
	(void)sig;
	seen++;
}

static void block_usr1(sigset_t *old)
{
	sigset_t usr1;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	OK(sigprocmask(SIG_BLOCK, &usr1, old));
}

static void subject(struct role *r, int fd)
{
	struct timespec second = { .tv_sec = 1 };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	sigset_t open;
	fd_set in;

	seen = 0;
	handle(SIGUSR1, on_usr1, 0);
	block_usr1(&open);
	sigdelset(&open, SIGUSR1);
	OK(raise(SIGUSR1));
	GIVES(seen, 0);
	FAILS(ppoll(&p, 1, &second, &open), EINTR);
	GIVES(seen, 1);
	OK(raise(SIGUSR1));
	FD_ZERO(&in);
	FD_SET(fd, &in);
	FAILS(pselect(fd + 1, &in, NULL, NULL, &second, &open), EINTR);
	GIVES(seen, 2);
	OK(raise(SIGUSR1));
	GIVES(seen, 2);
	meet(r, 's');
	GIVES(ppoll(&p, 1, NULL, NULL), 1);
	OK(sigprocmask(SIG_SETMASK, &open, NULL));
	GIVES(seen, 3);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	send_text(fd, "x");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
