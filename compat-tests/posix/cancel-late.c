// SPDX-License-Identifier: MIT
/* cancel-late - a thread that was cancelled before ends in the next call that is a cancellation point, also where that need not wait; its sockets are whole. */
#include "kinds.h"
#include "waiter.h"

static long by_send(void *fd)
{
	return send(*(int *)fd, "x", 1, 0);
}

static long by_write(void *fd)
{
	return write(*(int *)fd, "x", 1);
}

static long by_recv(void *fd)
{
	char c;

	return recv(*(int *)fd, &c, 1, MSG_DONTWAIT);
}

static long by_read_of_some(void *fd)
{
	char c;

	return read(*(int *)fd, &c, 1);
}

static long by_close(void *fd)
{
	return close(*(int *)fd);
}

static long by_poll(void *fd)
{
	struct pollfd p = { .fd = *(int *)fd, .events = POLLOUT };

	return poll(&p, 1, 0);
}

/* What comes before the receive is no such point. */
static long by_shutdown(void *fd)
{
	union addr a;
	socklen_t len = sizeof(a);
	char value[64];

	GIVES(get_int(*(int *)fd, SOL_SOCKET, SO_PRIORITY), 0);
	OK(getpeername(*(int *)fd, &a.sa, &len));
	len = sizeof(value);
	OK(getsockopt(*(int *)fd, IPPROTO_IP, IP_OPTIONS, value, &len));
	OK(shutdown(*(int *)fd, SHUT_WR));
	return by_recv(fd);
}

static wait_fn *const calls[] = { by_send,	   by_write, by_recv,
				  by_read_of_some, by_poll,  by_close };

struct late {
	wait_fn *fn;
	int fd;
	pthread_t thread;
};

static void *run(void *arg)
{
	struct late *l = arg;

	pthread_cancel(pthread_self()); /* acts at the next point */
	l->fn(&l->fd);
	return NULL;
}

static void cancelled_in(wait_fn *fn, int fd)
{
	struct late l = { .fn = fn, .fd = fd };
	void *end;

	GIVES(pthread_create(&l.thread, NULL, run, &l), 0);
	GIVES(pthread_join(l.thread, &end), 0);
	CHECK(end == PTHREAD_CANCELED);
}

static void each(struct role *r, struct made *m)
{
	(void)r;
	send_text(m->other, "1");
	GIVES(wait_events(m->fd, POLLIN, 5000), POLLIN);
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		about("call %zu of kind %d", i, m->kind);
		cancelled_in(calls[i], m->fd);
	}
	want_text(m->fd, "1"); /* nobody took it */
	send_text(m->fd, "2");
	want_text(m->other, "2"); /* and nothing was sent before */
	cancelled_in(by_shutdown, m->fd);
	want_eof(m->other);
	OK(close(m->fd));
}

static void subject(struct role *r)
{
	each_kind(r, OF_CONNECTIONS, each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
