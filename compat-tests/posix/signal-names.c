// SPDX-License-Identifier: MIT
/* signal-names - handlers by signal(), sysv_signal(), sigset() and siginterrupt() end a wait or let it go on, and see no EFAULT of a call. */
#include <signal.h>

#include "badmem.h"
#include "kinds.h"
#include "waiter.h"

/* old names are what this is about */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static volatile int seen;

static void note(int sig)
{
	(void)sig;
	seen++;
}

/* Does the handler end a receive? */
static bool ends(int t[2])
{
	struct waiter w;
	bool over;

	seen = 0;
	start_waiting(&w, wait_recv, &t[0]);
	CHECK(still_waits(&w));
	GIVES(pthread_kill(w.thread, SIGUSR1), 0);
	for (int i = 0; i < 100 && !seen; i++)
		sleep_ms(5);
	GIVES(seen, 1);
	sleep_ms(20);
	over = !still_waits(&w);
	if (!over)
		send_text(t[1], "x");
	GIVES(waited(&w), over ? -1 : 1);
	return over;
}

static void interrupts(int t[2])
{
	CHECK(signal(SIGUSR1, note) != SIG_ERR);
	CHECK(!ends(t));
	OK(siginterrupt(SIGUSR1, 1));
	CHECK(ends(t));
	CHECK(signal(SIGUSR1, note) == note);
	CHECK(ends(t)); /* it is remembered */
	OK(siginterrupt(SIGUSR1, 0));
	CHECK(!ends(t));
	CHECK(sysv_signal(SIGUSR1, note) == note);
	CHECK(ends(t));
	CHECK(signal(SIGUSR1, SIG_DFL) == SIG_DFL); /* it was for one */
	CHECK(sigset(SIGUSR1, note) == SIG_DFL);
	CHECK(ends(t));
	CHECK(sigset(SIGUSR1, SIG_HOLD) == note);
	seen = 0;
	OK(raise(SIGUSR1) ? -1 : 0);
	GIVES(seen, 0);
	CHECK(sigset(SIGUSR1, note) == SIG_HOLD);
	GIVES(seen, 1);
	OK(sigignore(SIGUSR1));
	OK(raise(SIGUSR1) ? -1 : 0);
	GIVES(seen, 1);
	CHECK(signal(SIGUSR1, SIG_DFL) == SIG_IGN);
}

static void faults(int t[2])
{
	void *bad[4];

	unreadable(bad);
	seen = 0;
	CHECK(sigset(SIGSEGV, note) == SIG_DFL);
	FAILS(send(t[0], bad[1], 9, 0), EFAULT);
	CHECK(sysv_signal(SIGSEGV, note) == note);
	FAILS(send(t[0], bad[1], 9, 0), EFAULT);
	CHECK(sysv_signal(SIGSEGV, SIG_DFL) == note);
	FAILS(send(t[0], bad[1], 9, 0), EFAULT);
	GIVES(seen, 0);
}

static void subject(struct role *r)
{
	int t[2];

	own_pair(r, t);
	interrupts(t);
	faults(t);
	OK(close(t[0]));
	OK(close(t[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
