// SPDX-License-Identifier: MIT
/* tcp-more - MSG_MORE holds what is less than a segment for a while, and what follows without it sends both. */
#include <netinet/tcp.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	struct iovec iov = { (void *)(uintptr_t) "d ", 2 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	GIVES(send(fd, "a ", 2, MSG_MORE), 2);
	meet(r, '1');
	meet(r, '2');
	GIVES(send(fd, "b ", 2, 0), 2);
	meet(r, '3');
	GIVES(sendto(fd, "c ", 2, MSG_MORE, NULL, 0), 2);
	GIVES(sendmsg(fd, &m, MSG_MORE), 2);
	meet(r, '4');
	meet(r, '5');
	OK(shutdown(fd, SHUT_WR));
}

static void helper(struct role *r, int fd)
{
	char got[16];

	meet(r, '1');
	want_quiet(fd, 20);
	meet(r, '2');
	GIVES(recv(fd, got, sizeof(got), 0), 4);
	CHECK(memcmp(got, "a b ", 4) == 0);
	meet(r, '3');
	meet(r, '4');
	want_quiet(fd, 20);
	meet(r, '5');
	want_text(fd, "c d ");
	want_eof(fd);
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
