// SPDX-License-Identifier: MIT
/* rcvlowat-blocks - a blocking receive waits for SO_RCVLOWAT bytes, or for what it has room for; one that does not block takes what is there. */
#include "kinds.h"
#include "waiter.h"

static long take(void *fd)
{
	char got[16];

	return recv(*(int *)fd, got, sizeof(got), 0);
}

static void subject(struct role *r)
{
	struct waiter w;
	char got[16];
	int t[2];

	own_pair(r, t);
	set_int(t[0], SOL_SOCKET, SO_RCVLOWAT, 6);
	send_text(t[1], "abc");
	sleep_ms(20);
	GIVES(recv(t[0], got, 16, MSG_DONTWAIT | MSG_PEEK), 3);
	GIVES(recv(t[0], got, 2, 0), 2);
	want_text(t[0], "c");
	start_waiting(&w, take, &t[0]);
	send_text(t[1], "def");
	sleep_ms(20);
	CHECK(still_waits(&w));
	send_text(t[1], "ghi");
	GIVES(waited(&w), 6);
	/* what it has taken already does not end it */
	send_text(t[1], "abc");
	sleep_ms(20);
	start_waiting(&w, take, &t[0]);
	CHECK(still_waits(&w));
	send_text(t[1], "defghi");
	GIVES(waited(&w), 9);
	send_text(t[1], "end");
	OK(shutdown(t[1], SHUT_WR));
	GIVES(take(&t[0]), 3);
	GIVES(take(&t[0]), 0);
	OK(close(t[0]));
	OK(close(t[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
