// SPDX-License-Identifier: MIT
/* udp-timestamp - SO_TIMESTAMP and SO_TIMESTAMPNS give each datagram the time at which it came; the later of the two counts. */
#include <sys/time.h>
#include <time.h>

#include "cmsgs.h"
#include "dgram.h"

static void want_recent(int64_t sec)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	CHECK(sec >= now.tv_sec - 60 && sec <= now.tv_sec + 1);
}

static void subject(struct role *r, int fd)
{
	struct received in;
	struct timeval *tv;
	struct timespec *ts;

	set_int(fd, SOL_SOCKET, SO_TIMESTAMP, 1);
	meet(r, '1');
	receive(fd, &in, 0);
	tv = control_of(&in, SOL_SOCKET, SCM_TIMESTAMP, sizeof(*tv));
	CHECK(tv && tv->tv_usec < 1000000);
	want_recent(tv->tv_sec);
	set_int(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
	GIVES(get_int(fd, SOL_SOCKET, SO_TIMESTAMP), 0);
	meet(r, '2');
	receive(fd, &in, 0);
	CHECK(!control_of(&in, SOL_SOCKET, SCM_TIMESTAMP, sizeof(*tv)));
	ts = control_of(&in, SOL_SOCKET, SCM_TIMESTAMPNS, sizeof(*ts));
	CHECK(ts && ts->tv_nsec < 1000000000);
	want_recent(ts->tv_sec);
	set_int(fd, SOL_SOCKET, SO_TIMESTAMPNS, 0);
	meet(r, '3');
	receive(fd, &in, 0);
	GIVES(in.m.msg_controllen, 0);
}

static void helper(struct role *r, int fd)
{
	for (char step = '1'; step <= '3'; step++) {
		meet(r, step);
		send_to_peer(r, fd, "x", 1);
	}
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
