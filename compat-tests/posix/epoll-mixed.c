// SPDX-License-Identifier: MIT
/* epoll-mixed - sockets, pipes, eventfds, timerfds and unix sockets in one epoll each wake it. */
#include <pthread.h>
#include <semaphore.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include "poller.h"
#include "roles.h"

struct fds {
	int pipe[2], unix_pair[2], event, timer;
	sem_t next; /* the one before has been read */
};

static void open_fds(struct fds *f, int ep, int fd)
{
	OK(pipe(f->pipe));
	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, f->unix_pair));
	f->event = eventfd(0, 0);
	f->timer = timerfd_create(CLOCK_MONOTONIC, 0);
	OK(f->event);
	OK(f->timer);
	ep_add(ep, fd, EPOLLIN);
	ep_add(ep, f->pipe[0], EPOLLIN);
	ep_add(ep, f->unix_pair[0], EPOLLIN);
	ep_add(ep, f->event, EPOLLIN);
	ep_add(ep, f->timer, EPOLLIN);
}

static void *poke(void *arg)
{
	struct fds *f = arg;
	uint64_t one = 1;

	sleep_ms(50);
	GIVES(write(f->pipe[1], "p", 1), 1);
	OK(sem_wait(&f->next));
	sleep_ms(50);
	GIVES(write(f->unix_pair[1], "u", 1), 1);
	OK(sem_wait(&f->next));
	sleep_ms(50);
	GIVES(write(f->event, &one, 8), 8);
	return NULL;
}

static void expect(int ep, int fd)
{
	char buf[8];

	GIVES(ep_wait(ep, fd, 5000), EPOLLIN);
	CHECK(read(fd, buf, 8) > 0);
}

static void subject(struct role *r, int fd)
{
	struct itimerspec soon = { .it_value.tv_nsec = 50000000 };
	int ep = ep_new();
	struct fds f;
	pthread_t t;

	open_fds(&f, ep, fd);
	OK(sem_init(&f.next, 0, 0));
	GIVES(pthread_create(&t, NULL, poke, &f), 0);
	expect(ep, f.pipe[0]);
	OK(sem_post(&f.next));
	expect(ep, f.unix_pair[0]);
	OK(sem_post(&f.next));
	expect(ep, f.event);
	GIVES(pthread_join(t, NULL), 0);
	OK(timerfd_settime(f.timer, 0, &soon, NULL));
	expect(ep, f.timer);
	meet(r, 's');
	expect(ep, fd);
	GIVES(ep_wait(ep, -1, 0), 0);
	close(f.pipe[0]);
	close(f.pipe[1]);
	close(f.unix_pair[0]);
	close(f.unix_pair[1]);
	close(f.event);
	close(f.timer);
	close(ep);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	sleep_ms(50);
	send_text(fd, "x");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
