// SPDX-License-Identifier: MIT
/* threads-blocked - of several threads that block in recv() each byte wakes one; the end wakes all. */
#include <pthread.h>

#include "roles.h"

#define THREADS 4
#define BYTES 40

static int seen[BYTES];

static void *reader(void *arg)
{
	int fd = *(int *)arg;
	unsigned char c;
	ssize_t n;

	while ((n = recv(fd, &c, 1, 0)) == 1) {
		CHECK(c < BYTES);
		__atomic_fetch_add(&seen[c], 1, __ATOMIC_SEQ_CST);
	}
	GIVES(n, 0);
	return NULL;
}

static void subject(struct role *r, int fd)
{
	pthread_t t[THREADS];

	memset(seen, 0, sizeof(seen));
	for (int i = 0; i < THREADS; i++)
		GIVES(pthread_create(&t[i], NULL, reader, &fd), 0);
	meet(r, 's');
	for (int i = 0; i < THREADS; i++)
		GIVES(pthread_join(t[i], NULL), 0);
	for (int i = 0; i < BYTES; i++)
		GIVES(seen[i], 1);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	for (char i = 0; i < BYTES; i++) {
		send_all(fd, &i, 1);
		sleep_ms(2);
	}
	OK(shutdown(fd, SHUT_WR));
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
