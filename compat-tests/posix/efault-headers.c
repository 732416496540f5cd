// SPDX-License-Identifier: MIT
/* efault-headers - message headers, vectors and control data that cannot be read or written. */
#include <sys/uio.h>

#include "badmem.h"
#include "kinds.h"

static void vectors(int fd, void *bad)
{
	char c = 'x';
	struct iovec iov = { &c, 1 };
	struct msghdr m = { .msg_iov = bad, .msg_iovlen = 1 };
	struct msghdr name = { .msg_name = bad,
			       .msg_namelen = 16,
			       .msg_iov = &iov,
			       .msg_iovlen = 1 };
	struct msghdr control = { .msg_control = bad,
				  .msg_controllen = 32,
				  .msg_iov = &iov,
				  .msg_iovlen = 1 };

	FAILS(sendmsg(fd, bad, 0), EFAULT);
	FAILS(recvmsg(fd, bad, MSG_DONTWAIT), EFAULT);
	FAILS(sendmmsg(fd, bad, 1, 0), EFAULT);
	FAILS(recvmmsg(fd, bad, 1, MSG_DONTWAIT, NULL), EFAULT);
	FAILS(sendmsg(fd, &m, 0), EFAULT);
	FAILS(recvmsg(fd, &m, MSG_DONTWAIT), EFAULT);
	FAILS(writev(fd, bad, 1), EFAULT);
	FAILS(readv(fd, bad, 1), EFAULT);
	FAILS(sendmsg(fd, &control, 0), EFAULT);
	if (get_int(fd, SOL_SOCKET, SO_TYPE) == SOCK_DGRAM)
		FAILS(sendmsg(fd, &name, 0), EFAULT);
}

static void subject(struct role *r)
{
	int t[2], u[2];
	void *bad[4];

	own_pair(r, t);
	own_udp(r, u);
	send_text(t[1], "kept");
	send_text(u[1], "kept");
	for (int i = unreadable(bad) - 1; i >= 0; i--) {
		about("address %p", bad[i]);
		vectors(t[0], bad[i]);
		vectors(u[0], bad[i]);
	}
	want_text(t[0], "kept");
	want_text(u[0], "kept");
	want_quiet(t[1], 0);
	want_quiet(u[1], 0);
	for (int i = 0; i < 2; i++) {
		OK(close(t[i]));
		OK(close(u[i]));
	}
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
