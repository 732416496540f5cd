// SPDX-License-Identifier: MIT
/* threads-accept - threads that block in accept() on one listener share its connections. */
#include <pthread.h>

#include "roles.h"

#define THREADS 3
#define EACH 6

static void *server(void *arg)
{
	int ls = *(int *)arg;

	for (int i = 0; i < EACH; i++) {
		int fd = accept(ls, NULL, NULL);

		OK(fd);
		send_text(fd, "x");
		OK(close(fd));
	}
	return NULL;
}

static void subject(struct role *r)
{
	int ls = listen_on(r, next_port(r), 64);
	pthread_t t[THREADS];

	for (int i = 0; i < THREADS; i++)
		GIVES(pthread_create(&t[i], NULL, server, &ls), 0);
	meet(r, 'l');
	for (int i = 0; i < THREADS; i++)
		GIVES(pthread_join(t[i], NULL), 0);
	close(ls);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);

	meet(r, 'l');
	for (int i = 0; i < THREADS * EACH; i++)
		fetch_text(r, port, "x");
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
