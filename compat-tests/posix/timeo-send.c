// SPDX-License-Identifier: MIT
/* timeo-send - SO_SNDTIMEO bounds what a full buffer makes wait, in every sending call; what was taken is told. */
#include <sys/time.h>
#include <sys/uio.h>

#include "kinds.h"

#define LIMIT_MS 60 /* a kernel that counts in ticks is early by some */

#define QUIET 10 /* calls that took nothing */

static char zeros[1 << 20];

static long by_call(int fd, int call)
{
	struct iovec iov = { zeros, sizeof(zeros) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct mmsghdr mm = { .msg_hdr = m };

	switch (call) {
	case 0:
		return send(fd, zeros, sizeof(zeros), MSG_NOSIGNAL);
	case 1:
		return write(fd, zeros, sizeof(zeros));
	case 2:
		return writev(fd, &iov, 1);
	case 3:
		return sendmsg(fd, &m, 0);
	default:
		return sendmmsg(fd, &mm, 1, 0);
	}
}

static void subject(struct role *r)
{
	struct timeval limit = { .tv_usec = LIMIT_MS * 1000 };
	int t[2];
	long n;

	own_pair(r, t);
	set_int(t[0], SOL_SOCKET, SO_SNDBUF, 30000);
	set_int(t[1], SOL_SOCKET, SO_RCVBUF, 30000);
	OK(setsockopt(t[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)));
	/* until the peer's window is used up, the last of it by a timer */
	for (int calls = 0; calls<QUIET; calls = n> 0 ? 0 : calls + 1) {
		n = by_call(t[0], 0);
		CHECK(n < (long)sizeof(zeros)); /* it does not fit */
		CHECK(n > 0 || errno == EAGAIN);
	}
	for (int call = 0; call < 5; call++) {
		uint64_t start = now_ms();

		about("call %d", call);
		FAILS(by_call(t[0], call), EAGAIN);
		took(start, LIMIT_MS / 2, "the bounded send");
	}
	OK(close(t[1]));
	OK(close(t[0]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
