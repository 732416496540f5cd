// SPDX-License-Identifier: MIT
/* msg - sendmsg() and recvmsg() on a stream: vectors, flags, no control data. */
#include <sys/uio.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	char a[4] = "abc", b[8] = "defg", control[64];
	struct iovec iov[2] = { { a, 3 }, { b, 4 } };
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2 };

	GIVES(sendmsg(fd, &m, MSG_NOSIGNAL), 7);
	memset(a, 0, sizeof(a));
	memset(b, 0, sizeof(b));
	m.msg_control = control;
	m.msg_controllen = sizeof(control);
	m.msg_flags = -1;
	FAILS(recvmsg(fd, &m, MSG_DONTWAIT), EAGAIN);
	meet(r, 's');
	GIVES(recvmsg(fd, &m, MSG_WAITALL), 7);
	CHECK(memcmp(a, "123", 3) == 0 && memcmp(b, "4567", 4) == 0);
	GIVES(m.msg_flags, 0);
	GIVES(m.msg_controllen, 0);
	meet(r, 'e');
	GIVES(recvmsg(fd, &m, 0), 0);
}

static void helper(struct role *r, int fd)
{
	want_text(fd, "abcdefg");
	meet(r, 's');
	send_text(fd, "1234567");
	meet(r, 'e');
	OK(shutdown(fd, SHUT_WR));
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
