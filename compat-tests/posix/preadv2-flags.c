// SPDX-License-Identifier: MIT
/* preadv2-flags - preadv2() and pwritev2() on sockets: at no offset, RWF_NOWAIT as MSG_DONTWAIT, other offsets ESPIPE. */
#include <sys/uio.h>

#include "kinds.h"

static void subject(struct role *r)
{
	char c = 'x', got;
	struct iovec out = { &c, 1 }, in = { &got, 1 };
	int t[2];

	own_pair(r, t);
	GIVES(pwritev2(t[0], &out, 1, -1, 0), 1);
	GIVES(preadv2(t[1], &in, 1, -1, 0), 1);
	GIVES(got, 'x');
	FAILS(preadv2(t[1], &in, 1, -1, RWF_NOWAIT), EAGAIN);
	FAILS(preadv2(t[1], &in, 1, 5, 0), ESPIPE);
	FAILS(pwritev2(t[0], &out, 1, 0, 0), ESPIPE);
	FAILS(preadv(t[1], &in, 1, 0), ESPIPE);
	FAILS(pwritev(t[0], &out, 1, 0), ESPIPE);
	FAILS(preadv2(t[1], &in, 1, -1, 0x40000000), EOPNOTSUPP);
	GIVES(pwritev2(t[0], &out, 1, -1, RWF_NOWAIT), 1);
	GIVES(preadv2(t[1], &in, 1, -1, RWF_NOWAIT), 1);
	OK(close(t[0]));
	OK(close(t[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
