// SPDX-License-Identifier: MIT
/* flags-peek-trunc - MSG_TRUNC on a stream discards bytes, with MSG_PEEK it takes none; neither needs a buffer. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	char got[16] = "................";

	(void)r;
	GIVES(recv(fd, got, 10, MSG_PEEK | MSG_WAITALL), 10);
	GIVES(recv(fd, got + 11, 4, MSG_PEEK | MSG_TRUNC), 4);
	GIVES(recv(fd, got + 11, 4, MSG_PEEK | MSG_TRUNC), 4);
	GIVES(got[11], '.'); /* counted, not written */
	GIVES(recv(fd, NULL, 4, MSG_PEEK | MSG_TRUNC), 4);
	GIVES(recv(fd, got, 2, MSG_PEEK), 2);
	CHECK(memcmp(got, "01", 2) == 0);
	GIVES(recv(fd, got + 11, 3, MSG_TRUNC), 3);
	GIVES(got[11], '.');
	GIVES(recv(fd, got, 2, 0), 2);
	CHECK(memcmp(got, "34", 2) == 0);
	GIVES(recv(fd, NULL, 2, MSG_TRUNC), 2);
	GIVES(recv(fd, got, 16, MSG_TRUNC | MSG_DONTWAIT), 3);
	FAILS(recv(fd, got, 16, MSG_TRUNC | MSG_DONTWAIT), EAGAIN);
}

static void helper(struct role *r, int fd)
{
	(void)r;
	send_text(fd, "0123456789");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
