// SPDX-License-Identifier: MIT
/* peek - MSG_PEEK shows the same bytes again and takes none. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	char buf[16];

	meet(r, 's');
	GIVES(recv(fd, buf, 5, MSG_PEEK | MSG_WAITALL), 5);
	CHECK(memcmp(buf, "abcde", 5) == 0);
	GIVES(recv(fd, buf, 3, MSG_PEEK), 3);
	CHECK(memcmp(buf, "abc", 3) == 0);
	GIVES(recv(fd, buf, 2, 0), 2);
	GIVES(recv(fd, buf, sizeof(buf), MSG_PEEK), 6);
	CHECK(memcmp(buf, "cdefgh", 6) == 0);
	GIVES(recv(fd, buf, sizeof(buf), 0), 6);
	CHECK(memcmp(buf, "cdefgh", 6) == 0);
	FAILS(recv(fd, buf, 1, MSG_PEEK | MSG_DONTWAIT), EAGAIN);
	meet(r, 'c');
	GIVES(recv(fd, buf, 1, MSG_PEEK), 0);
	GIVES(recv(fd, buf, 1, MSG_PEEK), 0);
	want_eof(fd);
}

static void helper(struct role *r, int fd)
{
	send_text(fd, "abcdefgh");
	meet(r, 's');
	meet(r, 'c');
	OK(shutdown(fd, SHUT_WR));
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
