// SPDX-License-Identifier: MIT
/* tcp-cmsg-wrong - of the control messages on a stream those of SOL_SOCKET count: wrong ones fail and nothing is sent, others do not matter. */
#include "cmsgs.h"
#include "roles.h"

static void subject(struct role *r, int fd)
{
	int mark = 3;
	char bytes[12] = { 0 };

	(void)r;
	FAILS(send_with(fd, NULL, 0, "x", 1, SOL_SOCKET, 999, bytes, 4),
	      EINVAL);
	FAILS(send_with(fd, NULL, 0, "x", 1, SOL_SOCKET, SO_MARK, bytes, 2),
	      EINVAL);
	GIVES(send_with(fd, NULL, 0, "1", 1, SOL_SOCKET, SO_MARK, &mark,
			sizeof(mark)),
	      1);
	GIVES(send_with(fd, NULL, 0, "2", 1, IPPROTO_IP, IP_TTL, bytes, 4), 1);
	GIVES(send_with(fd, NULL, 0, "3", 1, IPPROTO_UDP, 999, bytes, 2), 1);
	GIVES(send_with(fd, NULL, 0, "4", 1, IPPROTO_TCP, 999, bytes, 12), 1);
	OK(shutdown(fd, SHUT_WR));
}

static void helper(struct role *r, int fd)
{
	(void)r;
	want_text(fd, "1234");
	want_eof(fd);
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
