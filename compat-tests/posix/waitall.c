// SPDX-License-Identifier: MIT
/* waitall - MSG_WAITALL waits for all it asked for, or the end. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	char buf[100];

	meet(r, 's');
	GIVES(recv(fd, buf, 10, MSG_WAITALL), 10);
	CHECK(memcmp(buf, "0123456789", 10) == 0);
	GIVES(recv(fd, buf, sizeof(buf), MSG_WAITALL), 3);
	GIVES(recv(fd, buf, sizeof(buf), MSG_WAITALL), 0);
}

static void helper(struct role *r, int fd)
{
	send_text(fd, "0123");
	meet(r, 's');
	sleep_ms(50);
	send_text(fd, "456");
	sleep_ms(50);
	send_text(fd, "789abc");
	sleep_ms(50);
	OK(shutdown(fd, SHUT_WR));
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
