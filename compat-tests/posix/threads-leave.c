// SPDX-License-Identifier: MIT
/* threads-leave - a thread that was busy with the network goes to wait for one that is not. */
#include <pthread.h>

#include "roles.h"

#define ROUNDS 300

static int told[2];

/* Has slept in accept() all the while. */
static void *accepter(void *arg)
{
	int fd = accept(*(int *)arg, NULL, NULL);

	OK(fd);
	send_text(fd, "hello");
	GIVES(write(told[1], "a", 1), 1);
	OK(close(fd));
	return NULL;
}

static void subject(struct role *r, int fd)
{
	int ls = listen_on(r, next_port(r), 8);
	pthread_t t;
	char c;

	OK(pipe(told));
	GIVES(pthread_create(&t, NULL, accepter, &ls), 0);
	meet(r, 'l');
	for (int i = 0; i < ROUNDS; i++) {
		want_text(fd, "ping");
		send_text(fd, "pong");
	}
	GIVES(read(told[0], &c, 1), 1);
	GIVES(pthread_join(t, NULL), 0);
	close(told[0]);
	close(told[1]);
	close(ls);
}

static void helper(struct role *r, int fd)
{
	uint16_t port = next_port(r);

	meet(r, 'l');
	for (int i = 0; i < ROUNDS; i++) {
		send_text(fd, "ping");
		want_text(fd, "pong");
	}
	sleep_ms(50);
	fetch_text(r, port, "hello");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
