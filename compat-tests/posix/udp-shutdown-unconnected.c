// SPDX-License-Identifier: MIT
/* udp-shutdown-unconnected - shutdown() of a datagram socket without a peer is ENOTCONN, and shuts it all the same: who waits wakes, EPIPE. */
#include <pthread.h>

#include "kinds.h"

static void *shut_later(void *arg)
{
	sleep_ms(100);
	FAILS(shutdown(*(int *)arg, SHUT_RD), ENOTCONN);
	return NULL;
}

static void wakes(struct role *r, struct made *m)
{
	pthread_t t;
	char c;

	(void)r;
	GIVES(pthread_create(&t, NULL, shut_later, &m->fd), 0);
	GIVES(recv(m->fd, &c, 1, 0), 0);
	GIVES(pthread_join(t, NULL), 0);
	CHECK(wait_events(m->fd, POLLIN | POLLRDHUP, 0) & POLLRDHUP);
	FAILS(recv(m->fd, &c, 1, MSG_DONTWAIT), EAGAIN);
}

static void refuses(struct role *r, struct made *m)
{
	int to = bound_udp(r);
	union addr a = name_of(to);

	FAILS(shutdown(m->fd, SHUT_WR), ENOTCONN);
	FAILS(sendto(m->fd, "x", 1, MSG_NOSIGNAL, &a.sa, addr_len(&a)), EPIPE);
	OK(close(to));
}

static void subject(struct role *r)
{
	each_kind(r, OF(UDP_BOUND) | OF(UDP_BOUND_ANY), wakes);
	each_kind(r, OF_UDP & ~OF_CONNECTED_UDP, refuses);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
