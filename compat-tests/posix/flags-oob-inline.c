// SPDX-License-Identifier: MIT
/* flags-oob-inline - with SO_OOBINLINE the urgent byte is in the stream, at the mark. */
#include <sys/ioctl.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	char got[16];
	int at = -1;

	set_int(fd, SOL_SOCKET, SO_OOBINLINE, 1);
	meet(r, '1');
	CHECK(wait_all_events(fd, POLLIN | POLLPRI, POLLPRI) & POLLPRI);
	FAILS(recv(fd, got, 1, MSG_OOB), EINVAL);
	GIVES(recv(fd, got, 3, MSG_WAITALL), 3);
	OK(ioctl(fd, SIOCATMARK, &at));
	GIVES(at, 1);
	GIVES(recv(fd, got, 4, MSG_WAITALL), 4);
	CHECK(memcmp(got, "Uend", 4) == 0);
}

static void helper(struct role *r, int fd)
{
	meet(r, '1');
	send_text(fd, "abc");
	GIVES(send(fd, "U", 1, MSG_OOB), 1);
	send_text(fd, "end");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
