// SPDX-License-Identifier: MIT
/* oob-zero - receiving no bytes takes nothing, with an urgent byte ahead and next. */
#include <fcntl.h>
#include <unistd.h>

#include "roles.h"

static void nothing(int fd, int flags)
{
	struct iovec iov = { NULL, 0 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	char buf[1];

	GIVES(recv(fd, buf, 0, flags), 0);
	GIVES(recvmsg(fd, &m, flags), 0);
}

static void owners(int fd)
{
	struct f_owner_ex ex = { .pid = -5 };

	for (ex.type = F_OWNER_TID; ex.type <= F_OWNER_PGRP; ex.type++)
		FAILS(fcntl(fd, F_SETOWN_EX, &ex), ESRCH);
	GIVES(fcntl(fd, F_GETOWN), 0);
}

static void subject(struct role *r, int fd)
{
	char got[8];

	meet(r, '1');
	CHECK(wait_all_events(fd, POLLPRI, POLLPRI) & POLLPRI);
	nothing(fd, 0);
	nothing(fd, MSG_DONTWAIT);
	want_text(fd, "ab");
	GIVES(sockatmark(fd), 1);
	nothing(fd, 0);
	GIVES(sockatmark(fd), 1);
	GIVES(recv(fd, got, 1, MSG_OOB), 1);
	GIVES(got[0], 'U');
	want_text(fd, "c");
	owners(fd);
	meet(r, '2');
}

static void helper(struct role *r, int fd)
{
	meet(r, '1');
	send_text(fd, "ab");
	GIVES(send(fd, "U", 1, MSG_OOB), 1);
	send_text(fd, "c");
	meet(r, '2');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
