// SPDX-License-Identifier: MIT
/* efault-send - data that cannot be read: EFAULT from every sending call, nothing sent, the socket as before. */
#include <sys/uio.h>

#include "badmem.h"
#include "kinds.h"

static void sends(int fd, void *bad)
{
	struct iovec iov = { bad, 10 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct mmsghdr mm = { .msg_hdr = m };

	FAILS(send(fd, bad, 10, MSG_NOSIGNAL), EFAULT);
	FAILS(sendto(fd, bad, 10, MSG_DONTWAIT, NULL, 0), EFAULT);
	FAILS(write(fd, bad, 10), EFAULT);
	FAILS(writev(fd, &iov, 1), EFAULT);
	FAILS(sendmsg(fd, &m, 0), EFAULT);
	FAILS(sendmmsg(fd, &mm, 1, 0), EFAULT);
}

static void subject(struct role *r)
{
	int t[2], u[2];
	void *bad[4];

	own_pair(r, t);
	own_udp(r, u);
	for (int i = unreadable(bad) - 1; i >= 0; i--) {
		about("address %p", bad[i]);
		sends(t[0], bad[i]);
		sends(u[0], bad[i]);
	}
	send_text(t[0], "good");
	want_text(t[1], "good");
	send_text(u[0], "good");
	want_text(u[1], "good");
	for (int i = 0; i < 2; i++) {
		OK(close(t[i]));
		OK(close(u[i]));
	}
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
