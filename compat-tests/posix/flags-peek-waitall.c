// SPDX-License-Identifier: MIT
/* flags-peek-waitall - MSG_PEEK with MSG_WAITALL waits until there is as much, or the end. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	char got[16];

	meet(r, '1');
	GIVES(recv(fd, got, 8, MSG_PEEK | MSG_WAITALL), 8);
	CHECK(memcmp(got, "abcdefgh", 8) == 0);
	GIVES(recv(fd, got, 8, MSG_WAITALL), 8);
	CHECK(memcmp(got, "abcdefgh", 8) == 0);
	meet(r, '2');
	GIVES(recv(fd, got, 8, MSG_PEEK | MSG_WAITALL), 3);
	GIVES(recv(fd, got, 8, MSG_PEEK | MSG_WAITALL), 3);
	GIVES(recv(fd, got, 8, MSG_WAITALL), 3);
	GIVES(recv(fd, got, 8, MSG_PEEK | MSG_WAITALL), 0);
}

static void helper(struct role *r, int fd)
{
	send_text(fd, "abc");
	meet(r, '1');
	sleep_ms(50);
	send_text(fd, "def");
	sleep_ms(20);
	send_text(fd, "gh");
	meet(r, '2');
	send_text(fd, "end");
	OK(shutdown(fd, SHUT_WR));
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
