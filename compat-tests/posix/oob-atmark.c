// SPDX-License-Identifier: MIT
/* oob-atmark - what came before a mark is thrown away, as telnet and rlogin do with sockatmark(). */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	char got[7];
	size_t thrown = 0;
	ssize_t n;

	GIVES(sockatmark(fd), 0);
	meet(r, '1');
	CHECK(wait_all_events(fd, POLLIN | POLLPRI, POLLIN | POLLPRI) &
	      POLLPRI);
	meet(r, '2');
	while (!sockatmark(fd)) {
		n = read(fd, got, sizeof(got));
		CHECK(n > 0);
		if (n <= 0)
			return;
		thrown += (size_t)n;
	}
	GIVES(thrown, 3000);
	GIVES(recv(fd, got, 1, MSG_OOB), 1);
	GIVES(got[0], 'U');
	/* a receive that may wait for more ends there as well */
	GIVES(sockatmark(fd), 1);
	GIVES(recv(fd, got, 3, MSG_PEEK | MSG_WAITALL), 3);
	CHECK(memcmp(got, "end", 3) == 0);
	GIVES(sockatmark(fd), 1);
	want_text(fd, "end");
	GIVES(sockatmark(fd), 0);
}

static void helper(struct role *r, int fd)
{
	char junk[3001];

	memset(junk, 'j', sizeof(junk));
	junk[3000] = 'U';
	meet(r, '1');
	GIVES(send(fd, junk, sizeof(junk), MSG_OOB), sizeof(junk));
	send_text(fd, "end");
	meet(r, '2');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
