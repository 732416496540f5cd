// SPDX-License-Identifier: MIT
/* shutdown-wakes - shutdown() wakes a thread that blocks in recv(). */
#include <pthread.h>

#include "roles.h"

static void *reader(void *arg)
{
	int fd = *(int *)arg;
	char c;

	GIVES(recv(fd, &c, 1, 0), 0);
	return NULL;
}

static void subject(struct role *r, int fd)
{
	pthread_t t;

	GIVES(pthread_create(&t, NULL, reader, &fd), 0);
	sleep_ms(100);
	OK(shutdown(fd, SHUT_RDWR));
	GIVES(pthread_join(t, NULL), 0);
	meet(r, 's');
}

static void helper(struct role *r, int fd)
{
	want_eof(fd);
	meet(r, 's');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
