// SPDX-License-Identifier: MIT
/* efault-partial-recv - a buffer that is good at its start only: what does not fit there is not lost to a stream. */
#include <sys/uio.h>

#include "badmem.h"
#include "kinds.h"

static void small_enough(struct role *r, char *edge)
{
	int t[2], u[2];

	own_pair(r, t);
	own_udp(r, u);
	send_text(t[1], "four");
	send_text(u[1], "four");
	/* nothing is written where nothing may be */
	GIVES(recv(t[0], edge, 100, 0), 4);
	GIVES(recv(u[0], edge, 100, 0), 4);
	for (int i = 0; i < 2; i++) {
		OK(close(t[i]));
		OK(close(u[i]));
	}
}

static void too_large(struct role *r, char *edge)
{
	char text[21] = "", *rest = text;
	ssize_t n;
	int t[2];

	own_pair(r, t);
	send_text(t[1], "0123456789abcdefghij");
	GIVES(recv(t[0], text, 20, MSG_PEEK | MSG_WAITALL), 20);
	memset(text, 0, sizeof(text));
	n = recv(t[0], edge, 20, 0);
	CHECK(n == -1 ? errno == EFAULT : n > 0 && n <= 10);
	if (n > 0) {
		memcpy(text, edge, (size_t)n);
		rest += n;
	}
	recv_all(t[0], rest, (size_t)(text + 20 - rest));
	CHECK(strcmp(text, "0123456789abcdefghij") == 0);
	OK(close(t[0]));
	OK(close(t[1]));
}

static void subject(struct role *r)
{
	char *edge = before_end(10);

	small_enough(r, edge);
	too_large(r, edge);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
