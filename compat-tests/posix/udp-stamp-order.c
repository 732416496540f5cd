// SPDX-License-Identifier: MIT
/* udp-stamp-order - the time stamp is that of arrival, not of the receive; those of two datagrams are in order. */
#include <time.h>

#include "cmsgs.h"
#include "dgram.h"

static int64_t stamp(int fd)
{
	struct received in;
	struct timespec *ts;

	receive(fd, &in, 0);
	ts = control_of(&in, SOL_SOCKET, SCM_TIMESTAMPNS, sizeof(*ts));
	CHECK(ts);
	return (int64_t)ts->tv_sec * 1000000000 + ts->tv_nsec;
}

/* Two that wait before they are taken: whether their times were theirs. */
static bool stamped_early(int fd)
{
	struct timespec ts;
	int64_t first, second, now;

	GIVES(wait_events(fd, POLLIN, 5000), POLLIN);
	sleep_ms(60);
	clock_gettime(CLOCK_REALTIME, &ts);
	now = (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
	first = stamp(fd);
	second = stamp(fd);
	CHECK(first <= second);
	return now - first > 50000000;
}

/* The kernel starts to stamp some time after it is asked to. */
static void subject(struct role *r, int fd)
{
	int tries = 0;

	set_int(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
	do {
		CHECK(tries++ < 10);
		tell(r, 2);
	} while (!stamped_early(fd));
	tell(r, 0);
}

static void helper(struct role *r, int fd)
{
	while (hear(r)) {
		send_to_peer(r, fd, "1", 1);
		send_to_peer(r, fd, "2", 1);
	}
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
