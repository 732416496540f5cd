// SPDX-License-Identifier: MIT
/* epoll-many - with more ready sockets than maxevents each is told of in turn. */
#include "poller.h"
#include "roles.h"

#define N 24
#define MAX 5

static void count_ready(int ep, const int *fd, int *seen)
{
	struct epoll_event ev[MAX];
	int n = epoll_wait(ep, ev, MAX, 1000);

	GIVES(n, MAX);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < N; k++)
			seen[k] += fd[k] == ev[i].data.fd;
}

static void subject(struct role *r)
{
	int ls = listen_on(r, next_port(r), N), ep = ep_new();
	int fd[N], seen[N] = { 0 };

	meet(r, 'l');
	for (int i = 0; i < N; i++) {
		fd[i] = accept(ls, NULL, NULL);
		OK(fd[i]);
		CHECK(wait_events(fd[i], POLLIN, 5000) & POLLIN);
		ep_add(ep, fd[i], EPOLLIN);
	}
	for (int i = 0; i < 4 * N / MAX; i++)
		count_ready(ep, fd, seen);
	for (int i = 0; i < N; i++) {
		if (seen[i] < 2)
			WRONG("socket %d was told of %d times", i, seen[i]);
		close(fd[i]);
	}
	close(ls);
	close(ep);
	meet(r, 'd');
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	int fd[N];

	meet(r, 'l');
	for (int i = 0; i < N; i++) {
		fd[i] = connect_to(r, port);
		send_text(fd[i], "x");
	}
	meet(r, 'd');
	for (int i = 0; i < N; i++)
		close(fd[i]);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
