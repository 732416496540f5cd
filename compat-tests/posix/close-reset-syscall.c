// SPDX-License-Identifier: MIT
/* close-reset-syscall - SO_LINGER {1, 0} and unread bytes reset the connection when syscall(SYS_close) closes it. */
#include <sys/syscall.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	struct linger now = { 1, 0 };
	int second = pair(r);

	OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)));
	meet(r, 'u');
	GIVES(wait_events(second, POLLIN, 5000), POLLIN);
	GIVES(syscall(SYS_close, fd), 0);
	GIVES(syscall(SYS_close, second), 0);
	meet(r, 'c');
	meet(r, 'd');
}

static void helper(struct role *r, int fd)
{
	int second = pair(r);
	char c;

	send_text(second, "unread");
	meet(r, 'u');
	meet(r, 'c');
	wait_all_events(fd, POLLIN, POLLIN | POLLERR | POLLHUP);
	FAILS(recv(fd, &c, 1, 0), ECONNRESET);
	FAILS(recv(second, &c, 1, 0), ECONNRESET);
	OK(close(second));
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
