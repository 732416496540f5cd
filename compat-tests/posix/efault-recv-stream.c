// SPDX-License-Identifier: MIT
/* efault-recv-stream - buffers that cannot be written: EFAULT from every receiving call of a stream, and the bytes stay. */
#include <sys/uio.h>

#include "badmem.h"
#include "kinds.h"

static void receives(int fd, void *bad)
{
	struct iovec iov = { bad, 10 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct mmsghdr mm = { .msg_hdr = m };

	FAILS(recv(fd, bad, 10, 0), EFAULT);
	FAILS(recv(fd, bad, 10, MSG_PEEK), EFAULT);
	FAILS(recv(fd, bad, 4, MSG_WAITALL), EFAULT);
	FAILS(recvfrom(fd, bad, 10, MSG_DONTWAIT, NULL, NULL), EFAULT);
	FAILS(read(fd, bad, 10), EFAULT);
	FAILS(readv(fd, &iov, 1), EFAULT);
	FAILS(recvmsg(fd, &m, 0), EFAULT);
	FAILS(recvmmsg(fd, &mm, 1, 0, NULL), EFAULT);
}

static void subject(struct role *r)
{
	int t[2];
	void *bad[5];

	own_pair(r, t);
	send_text(t[1], "kept");
	GIVES(wait_events(t[0], POLLIN, 5000), POLLIN);
	for (int i = unwritable(bad) - 1; i >= 0; i--) {
		about("address %p", bad[i]);
		receives(t[0], bad[i]);
	}
	want_text(t[0], "kept");
	/* where nothing is there is nothing to write */
	FAILS(recv(t[0], bad[0], 10, MSG_DONTWAIT), EAGAIN);
	OK(close(t[1]));
	GIVES(recv(t[0], bad[0], 10, 0), 0);
	OK(close(t[0]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
