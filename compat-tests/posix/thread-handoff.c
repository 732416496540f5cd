// SPDX-License-Identifier: MIT
/* thread-handoff - connections accepted by one thread are served by others. */
#include <pthread.h>

#include "roles.h"

#define WORKERS 4
#define CONNS 40

static int queue[2]; /* a pipe of fd numbers */

static void *worker(void *unused)
{
	int fd;

	while (read(queue[0], &fd, sizeof(fd)) == sizeof(fd)) {
		char buf[8];

		recv_all(fd, buf, sizeof(buf));
		send_all(fd, buf, sizeof(buf));
		want_eof(fd);
		OK(close(fd));
	}
	return unused;
}

static void subject(struct role *r)
{
	int ls = listen_on(r, next_port(r), 64), fd;
	pthread_t t[WORKERS];

	OK(pipe(queue));
	for (int i = 0; i < WORKERS; i++)
		GIVES(pthread_create(&t[i], NULL, worker, NULL), 0);
	meet(r, 'l');
	for (int i = 0; i < CONNS; i++) {
		fd = accept(ls, NULL, NULL);
		OK(fd);
		GIVES(write(queue[1], &fd, sizeof(fd)), sizeof(fd));
	}
	close(queue[1]);
	for (int i = 0; i < WORKERS; i++)
		GIVES(pthread_join(t[i], NULL), 0);
	close(queue[0]);
	close(ls);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	int fd[CONNS];

	meet(r, 'l');
	for (int i = 0; i < CONNS; i++)
		fd[i] = connect_to(r, port);
	for (int i = 0; i < CONNS; i++) {
		char buf[8];

		snprintf(buf, sizeof(buf), "conn%03d", i);
		send_all(fd[i], buf, 8);
		want_text(fd[i], buf);
		OK(shutdown(fd[i], SHUT_WR));
		close(fd[i]);
	}
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
