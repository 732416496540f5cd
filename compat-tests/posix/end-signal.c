// SPDX-License-Identifier: MIT
/* end-signal - a handler without SA_RESTART ends every wait with EINTR; with it the receives go on and poll() ends all the same. */
#include "kinds.h"
#include "waiter.h"

static int seen;

static void on_signal(int sig)
{
	(void)sig;
	__atomic_fetch_add(&seen, 1, __ATOMIC_SEQ_CST);
}

static void interrupt(struct waiter *w)
{
	int before = __atomic_load_n(&seen, __ATOMIC_SEQ_CST);

	CHECK(still_waits(w));
	GIVES(pthread_kill(w->thread, SIGUSR1), 0);
	for (int i = 0; i < 1000; i++) {
		if (__atomic_load_n(&seen, __ATOMIC_SEQ_CST) != before)
			return;
		sleep_ms(1);
	}
	WRONG("the handler has not run");
}

static void ended(wait_fn *fn, int fd)
{
	struct waiter w;

	start_waiting(&w, fn, &fd);
	/* one that comes before the call interrupts nothing */
	for (int i = 0; i < 1000 && still_waits(&w); i++) {
		GIVES(pthread_kill(w.thread, SIGUSR1), 0);
		sleep_ms(2);
	}
	GIVES(waited(&w), -1);
	GIVES(errno, EINTR);
}

static void goes_on(wait_fn *fn, int fd, int other)
{
	struct waiter w;

	start_waiting(&w, fn, &fd);
	interrupt(&w);
	sleep_ms(5);
	CHECK(still_waits(&w));
	send_text(other, "x");
	GIVES(waited(&w), 1);
}

static void each(struct role *r, struct made *m)
{
	bool listener = is_of(m, OF_LISTENERS);

	(void)r;
	handle(SIGUSR1, on_signal, 0);
	for (const struct wait_call *c = receivers; c->name && !listener; c++)
		ended(c->fn, m->fd);
	if (listener)
		ended(wait_accept, m->fd);
	for (const struct wait_call *c = pollers; c->name; c++)
		ended(c->fn, m->fd);
	handle(SIGUSR1, on_signal, SA_RESTART);
	for (const struct wait_call *c = pollers; c->name; c++)
		ended(c->fn, m->fd);
	if (is_of(m, OF_CONNECTIONS))
		for (const struct wait_call *c = receivers; c->name; c++)
			goes_on(c->fn, m->fd, m->other);
}

static void subject(struct role *r)
{
	each_kind(r, OF(TCP_CONNECTED) | OF(TCP_LISTENING) | OF(UDP_BOUND),
		  each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
