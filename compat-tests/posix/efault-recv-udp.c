// SPDX-License-Identifier: MIT
/* efault-recv-udp - a buffer that cannot be written is EFAULT of a datagram, which is gone unless it was peeked at. */
#include <sys/uio.h>

#include "badmem.h"
#include "kinds.h"

#define CALLS 7

static void receive(int fd, int call, void *bad)
{
	struct iovec iov = { bad, 10 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct mmsghdr mm = { .msg_hdr = m };

	about("call %d at %p", call, bad);
	switch (call) {
	case 0:
		FAILS(recv(fd, bad, 10, 0), EFAULT);
		break;
	case 1:
		FAILS(recvfrom(fd, bad, 10, 0, NULL, NULL), EFAULT);
		break;
	case 2:
		FAILS(read(fd, bad, 10), EFAULT);
		break;
	case 3:
		FAILS(readv(fd, &iov, 1), EFAULT);
		break;
	case 4:
		FAILS(recvmsg(fd, &m, 0), EFAULT);
		break;
	case 5:
		FAILS(recvmmsg(fd, &mm, 1, 0, NULL), EFAULT);
		break;
	default:
		FAILS(recv(fd, bad, 10, MSG_PEEK), EFAULT);
	}
}

static void subject(struct role *r)
{
	int u[2];
	void *bad[5];
	char got[8];
	ssize_t n;

	own_udp(r, u);
	for (int i = unwritable(bad) - 1; i >= 0; i--)
		for (int call = 0; call < CALLS; call++) {
			send_text(u[1], "lost");
			send_text(u[1], "kept.");
			receive(u[0], call, bad[i]);
			n = recv(u[0], got, 8, MSG_DONTWAIT);
			/* addresses of no program are refused before */
			if (n == 4 && (call == CALLS - 1 || i == 2 || i == 3))
				n = recv(u[0], got, 8, MSG_DONTWAIT);
			GIVES(n, 5);
		}
	OK(close(u[0]));
	OK(close(u[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
