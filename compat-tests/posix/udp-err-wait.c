// SPDX-License-Identifier: MIT
/* udp-err-wait - who receives waits, at rest, while the error queue alone has something. */
#include <sys/time.h>
#include <time.h>

#include "kinds.h"

#define LIMIT_MS 400

static uint64_t own_cpu_ms(void)
{
	struct timespec ts;

	OK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts));
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static void subject(struct role *r)
{
	struct timeval limit = { .tv_usec = LIMIT_MS * 1000 };
	int fd = bound_udp(r), gone = bound_udp(r);
	union addr to = name_of(gone);
	uint64_t start, cpu;
	char c;

	OK(close(gone));
	set_int(fd, IPPROTO_IP, IP_RECVERR, 1);
	OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	GIVES(sendto(fd, "x", 1, 0, &to.sa, addr_len(&to)), 1);
	FAILS(recv(fd, &c, 1, 0), ECONNREFUSED);
	start = now_ms();
	cpu = own_cpu_ms();
	FAILS(recv(fd, &c, 1, 0), EAGAIN);
	took(start, LIMIT_MS - 10, "a receive with an error in the queue");
	CHECK(own_cpu_ms() - cpu < LIMIT_MS / 2);
	OK(recv(fd, &c, 1, MSG_ERRQUEUE));
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
