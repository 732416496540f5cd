// SPDX-License-Identifier: MIT
/* oob-passed - reading past a mark loses the urgent byte; recvmsg() says MSG_OOB; SO_OOBINLINE can be turned off. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	char got[8];
	struct iovec iov = { got, 4 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	GIVES(get_int(fd, SOL_SOCKET, SO_OOBINLINE), 0);
	meet(r, '1');
	want_text(fd, "ab");
	GIVES(sockatmark(fd), 1);
	want_text(fd, "cd");
	FAILS(recv(fd, got, 1, MSG_OOB), EINVAL);
	meet(r, '2');
	CHECK(wait_all_events(fd, POLLPRI, POLLPRI) & POLLPRI);
	GIVES(recvmsg(fd, &m, MSG_OOB | MSG_PEEK), 1);
	GIVES(m.msg_flags & MSG_OOB, MSG_OOB);
	set_int(fd, SOL_SOCKET, SO_OOBINLINE, 1);
	FAILS(recv(fd, got, 1, MSG_OOB), EINVAL);
	set_int(fd, SOL_SOCKET, SO_OOBINLINE, 0);
	GIVES(recv(fd, got, 1, MSG_OOB), 1);
	GIVES(got[0], 'V');
	GIVES(recv(fd, got, 8, MSG_DONTWAIT), 1);
	GIVES(got[0], 'e');
	GIVES(sockatmark(fd), 1);
	set_int(fd, SOL_SOCKET, SO_OOBINLINE, 1);
	want_text(fd, "V");
	GIVES(sockatmark(fd), 0);
	meet(r, '3');
}

static void helper(struct role *r, int fd)
{
	meet(r, '1');
	GIVES(send(fd, "abU", 3, MSG_OOB), 3);
	send_text(fd, "cd");
	meet(r, '2');
	GIVES(send(fd, "eV", 2, MSG_OOB), 2);
	meet(r, '3');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
