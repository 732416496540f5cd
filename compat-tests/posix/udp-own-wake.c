// SPDX-License-Identifier: MIT
/* udp-own-wake - who sleeps in a receive is woken by a datagram of another thread of the same program, which then does nothing more. */
#include <pthread.h>

#include "kinds.h"

#define ROUNDS 300
#define LATER_MS 3

static void *send_later(void *arg)
{
	sleep_ms(LATER_MS);
	send_text(*(int *)arg, "x");
	return NULL;
}

static void subject(struct role *r)
{
	int u[2];

	own_udp(r, u);
	for (int i = 0; i < ROUNDS; i++) {
		pthread_t t;
		char c;

		GIVES(pthread_create(&t, NULL, send_later, &u[1]), 0);
		GIVES(recv(u[0], &c, 1, 0), 1);
		GIVES(pthread_join(t, NULL), 0);
	}
	OK(close(u[0]));
	OK(close(u[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
