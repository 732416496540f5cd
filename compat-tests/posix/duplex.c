// SPDX-License-Identifier: MIT
/* duplex - one thread sends while another receives on the same socket. */
#include <pthread.h>

#include "roles.h"

#define SIZE (8 << 20)

static void *sender(void *arg)
{
	int fd = *(int *)arg;

	send_pattern(fd, SIZE);
	OK(shutdown(fd, SHUT_WR));
	return NULL;
}

static void both_ways(int fd)
{
	pthread_t t;

	GIVES(pthread_create(&t, NULL, sender, &fd), 0);
	recv_pattern(fd, SIZE);
	want_eof(fd);
	GIVES(pthread_join(t, NULL), 0);
}

static void subject(struct role *r, int fd)
{
	(void)r;
	both_ways(fd);
}

static void helper(struct role *r, int fd)
{
	(void)r;
	both_ways(fd);
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
