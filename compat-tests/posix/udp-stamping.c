// SPDX-License-Identifier: MIT
/* udp-stamping - SO_TIMESTAMPING for arrivals, and names of 64-bit time: the same times as SO_TIMESTAMPNS. */
#include <sys/time.h>
#include <time.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#include "cmsgs.h"
#include "dgram.h"

static int64_t ns(const struct timespec *ts)
{
	return ts->tv_sec * INT64_C(1000000000) + ts->tv_nsec;
}

/* The kernel starts to stamp some time after it is asked to. */
static bool both_are_there(int fd)
{
	struct scm_timestamping *all;
	struct timespec *one;
	struct received in;

	receive(fd, &in, 0);
	one = control_of(&in, SOL_SOCKET, SO_TIMESTAMPNS_NEW, sizeof(*one));
	all = control_of(&in, SOL_SOCKET, SO_TIMESTAMPING_NEW, sizeof(*all));
	if (!one || !all)
		return false;
	GIVES(ns(&all->ts[0]), ns(one));
	GIVES(ns(&all->ts[2]), 0);
	return true;
}

static void subject(struct role *r, int fd)
{
	int tries = 0, bad = 1 << 30;

	set_int(fd, SOL_SOCKET, SO_TIMESTAMPNS_NEW, 1);
	GIVES(get_int(fd, SOL_SOCKET, SO_TIMESTAMPNS_NEW), 1);
	GIVES(get_int(fd, SOL_SOCKET, SO_TIMESTAMPNS_OLD), 0);
	set_int(fd, SOL_SOCKET, SO_TIMESTAMPING_NEW,
		SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE);
	FAILS(setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING_NEW, &bad, 4), EINVAL);
	do {
		CHECK(tries++ < 10);
		tell(r, 1);
	} while (!both_are_there(fd));
	tell(r, 0);
}

static void helper(struct role *r, int fd)
{
	while (hear(r))
		send_to_peer(r, fd, "x", 1);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
