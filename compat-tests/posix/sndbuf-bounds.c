// SPDX-License-Identifier: MIT
/* sndbuf-bounds - SO_SNDBUF bounds what is taken before it is sent, about as much as it says, also when it is set later. */
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "kinds.h"

/* What waits in the sender, when no more is taken. */
static int queued(struct role *r, int size)
{
	static const char zeros[2000];
	int t[2], n = -1;
	ssize_t rc;

	own_pair(r, t);
	set_int(t[1], SOL_SOCKET, SO_RCVBUF, 5000);
	set_int(t[0], SOL_SOCKET, SO_SNDBUF, size);
	do
		rc = send(t[0], zeros, 2000, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (rc > 0 || wait_events(t[0], POLLOUT, 100) == POLLOUT);
	OK(ioctl(t[0], SIOCOUTQ, &n));
	OK(close(t[1]));
	OK(close(t[0]));
	return n;
}

static void subject(struct role *r)
{
	int small = queued(r, 20000), large = queued(r, 150000);

	if (small < 10000 || small > 120000)
		WRONG("20000 takes %d", small);
	if (large < 75000 || large > 700000)
		WRONG("150000 takes %d", large);
	CHECK(large > small);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
