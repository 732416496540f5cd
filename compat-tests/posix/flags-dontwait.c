// SPDX-License-Identifier: MIT
/* flags-dontwait - MSG_DONTWAIT in every receiving call gives EAGAIN at once where nothing is, on sockets of every kind. */
#include <sys/uio.h>

#include "kinds.h"

static void no_wait(struct role *r, struct made *m)
{
	char c;
	struct iovec iov = { &c, 1 };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct mmsghdr hs = { .msg_hdr = h };
	int err = is_of(m, OF_TCP & ~OF_CONNECTIONS) ? ENOTCONN : EAGAIN;
	static const int with[] = { 0, MSG_PEEK, MSG_TRUNC, MSG_WAITALL,
				    MSG_PEEK | MSG_TRUNC | MSG_WAITALL };

	(void)r;
	for (int i = 0; i < 5; i++) {
		int flags = MSG_DONTWAIT | with[i];

		FAILS(recv(m->fd, &c, 1, flags), err);
		FAILS(recvfrom(m->fd, &c, 1, flags, NULL, NULL), err);
		FAILS(recvmsg(m->fd, &h, flags), err);
		FAILS(recvmmsg(m->fd, &hs, 1, flags, NULL), err);
		FAILS(recv(m->fd, NULL, 0, flags),
		      is_of(m, OF_TCP & ~OF_CONNECTIONS) ? ENOTCONN : EAGAIN);
	}
	set_nonblock(m->fd, true);
	FAILS(recv(m->fd, &c, 1, 0), err);
	FAILS(read(m->fd, &c, 1), err);
	FAILS(readv(m->fd, &iov, 1), err);
	FAILS(preadv2(m->fd, &iov, 1, -1, 0), err);
	set_nonblock(m->fd, false);
	CHECK(preadv2(m->fd, &iov, 1, -1, RWF_NOWAIT) == -1);
	CHECK(errno == err || errno == EOPNOTSUPP); /* before Linux 6.2 */
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, no_wait);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
