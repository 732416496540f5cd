// SPDX-License-Identifier: MIT
/* udp-peek-off - SO_PEEK_OFF: peeks go on within the datagram that is first, and taking it moves back. */
#include "kinds.h"

static void want_peek(int fd, const char *text)
{
	char got[16];
	size_t n = strlen(text);

	GIVES(recv(fd, got, 2, MSG_PEEK | MSG_DONTWAIT), n);
	CHECK(memcmp(got, text, n) == 0);
}

static void subject(struct role *r)
{
	int fd[2];
	char got[16];

	own_udp(r, fd);
	GIVES(get_int(fd[0], SOL_SOCKET, SO_PEEK_OFF), -1);
	send_text(fd[1], "abcde");
	send_text(fd[1], "fgh");
	GIVES(wait_events(fd[0], POLLIN, 5000), POLLIN);
	set_int(fd[0], SOL_SOCKET, SO_PEEK_OFF, 0);
	want_peek(fd[0], "ab");
	GIVES(get_int(fd[0], SOL_SOCKET, SO_PEEK_OFF), 2);
	want_peek(fd[0], "cd");
	want_peek(fd[0], "e");
	want_peek(fd[0], "fg");
	set_int(fd[0], SOL_SOCKET, SO_PEEK_OFF, 1);
	want_peek(fd[0], "bc");
	GIVES(recv(fd[0], got, sizeof(got), 0), 5);
	GIVES(get_int(fd[0], SOL_SOCKET, SO_PEEK_OFF), 0);
	want_peek(fd[0], "fg");
	set_int(fd[0], SOL_SOCKET, SO_PEEK_OFF, -1);
	want_peek(fd[0], "fg");
	want_peek(fd[0], "fg");
	OK(close(fd[0]));
	OK(close(fd[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
