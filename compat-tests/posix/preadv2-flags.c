// SPDX-License-Identifier: MIT
/* preadv2-flags - preadv2() and pwritev2() on sockets: at no offset, RWF_NOWAIT as MSG_DONTWAIT, other offsets ESPIPE. */
#include <sys/uio.h>

#include "kinds.h"

static void subject(struct role *r)
{
	char c = 'x', got;
	struct iovec out = { &c, 1 }, in = { &got, 1 };
	bool known;
	int t[2];

	own_pair(r, t);
	GIVES(pwritev2(t[0], &out, 1, -1, 0), 1);
	GIVES(preadv2(t[1], &in, 1, -1, 0), 1);
	GIVES(got, 'x');
	CHECK(preadv2(t[1], &in, 1, -1, RWF_NOWAIT) == -1);
	known = errno == EAGAIN; /* since Linux 6.2 */
	CHECK(known || errno == EOPNOTSUPP);
	FAILS(preadv2(t[1], &in, 1, 5, 0), ESPIPE);
	FAILS(pwritev2(t[0], &out, 1, 0, 0), ESPIPE);
	FAILS(preadv(t[1], &in, 1, 0), ESPIPE);
	FAILS(pwritev(t[0], &out, 1, 0), ESPIPE);
	FAILS(preadv2(t[1], &in, 1, -1, 0x40000000), EOPNOTSUPP);
	GIVES(pwritev2(t[0], &out, 1, -1, known ? RWF_NOWAIT : 0), 1);
	GIVES(preadv2(t[1], &in, 1, -1, known ? RWF_NOWAIT : 0), 1);
	OK(close(t[0]));
	OK(close(t[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
