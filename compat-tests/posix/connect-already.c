// SPDX-License-Identifier: MIT
/* connect-already - connect() on a socket that is connecting gives EALREADY; close() ends the attempt. */
#include "roles.h"

static void subject(struct role *r)
{
	union addr a = nobody(r, 9);
	int fd = tcp_socket(r);

	set_nonblock(fd, true);
	FAILS(connect(fd, &a.sa, addr_len(&a)), EINPROGRESS);
	FAILS(connect(fd, &a.sa, addr_len(&a)), EALREADY);
	GIVES(wait_events(fd, POLLIN | POLLOUT, 100), 0);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
	FAILS(send(fd, "x", 1, MSG_NOSIGNAL), EAGAIN);
	OK(close(fd));
}

static void helper(struct role *r)
{
	(void)r;
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
