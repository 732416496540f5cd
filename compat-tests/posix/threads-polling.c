// SPDX-License-Identifier: MIT
/* threads-polling - four hundred threads block in poll() and epoll_wait() on a socket and a pipe each at little cost, and either wakes the one that it is of. */
#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include "kinds.h"
#include "waiter.h"

#define THREADS 400
#define LIMIT 4096

static struct one {
	pthread_t thread;
	int udp, pipe[2], ready;
} all[THREADS];

static void take(struct one *o, int fd)
{
	char c;

	GIVES(read(fd, &c, 1), 1);
	GIVES(c, fd == o->udp ? 's' : 'p');
	o->ready++;
}

static void by_poll(struct one *o)
{
	struct pollfd p[2] = { { .fd = o->udp, .events = POLLIN },
			       { .fd = o->pipe[0], .events = POLLIN } };

	GIVES(poll(p, 2, -1), 1);
	take(o, p[0].revents ? o->udp : o->pipe[0]);
}

static void by_epoll(struct one *o)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int ep = epoll_create1(0);

	OK(ep);
	ev.data.fd = o->udp;
	OK(epoll_ctl(ep, EPOLL_CTL_ADD, o->udp, &ev));
	ev.data.fd = o->pipe[0];
	OK(epoll_ctl(ep, EPOLL_CTL_ADD, o->pipe[0], &ev));
	for (int i = 0; i < 2; i++) {
		GIVES(epoll_wait(ep, &ev, 1, -1), 1);
		take(o, ev.data.fd);
	}
	OK(close(ep));
}

static void *waits(void *arg)
{
	struct one *o = arg;

	if ((o - all) % 2) {
		by_epoll(o);
	} else {
		by_poll(o);
		by_poll(o);
	}
	return NULL;
}

static void begin(struct role *r)
{
	pthread_attr_t small;

	GIVES(pthread_attr_init(&small), 0);
	GIVES(pthread_attr_setstacksize(&small, 128 << 10), 0);
	for (int i = 0; i < THREADS; i++) {
		all[i].udp = bound_udp(r);
		OK(pipe(all[i].pipe));
		GIVES(pthread_create(&all[i].thread, &small, waits, &all[i]),
		      0);
	}
	pthread_attr_destroy(&small);
}

/* Each by its pipe and by its socket, in either order. */
static void wake(struct role *r)
{
	int from = udp_socket(r);

	for (int k = 0; k < 2; k++) {
		for (int i = 0; i < THREADS; i++) {
			union addr to = name_of(all[i].udp);

			if (i / 2 % 2 == k)
				GIVES(sendto(from, "s", 1, 0, &to.sa,
					     addr_len(&to)),
				      1);
			else
				GIVES(write(all[i].pipe[1], "p", 1), 1);
		}
		want_idle();
	}
	OK(close(from));
}

static void subject(struct role *r)
{
	struct rlimit lim;

	OK(getrlimit(RLIMIT_NOFILE, &lim));
	lim.rlim_cur = lim.rlim_max < LIMIT ? lim.rlim_max : LIMIT;
	OK(setrlimit(RLIMIT_NOFILE, &lim));
	begin(r);
	want_idle();
	wake(r);
	for (int i = 0; i < THREADS; i++) {
		about("thread %d", i);
		GIVES(pthread_join(all[i].thread, NULL), 0);
		GIVES(all[i].ready, 2);
		OK(close(all[i].udp));
		OK(close(all[i].pipe[0]));
		OK(close(all[i].pipe[1]));
	}
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
