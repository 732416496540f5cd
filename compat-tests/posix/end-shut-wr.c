// SPDX-License-Identifier: MIT
/* end-shut-wr - SHUT_WR by another thread ends a send that waits for room with EPIPE or what it took; receives go on. */
#include "kinds.h"
#include "waiter.h"

static void subject(struct role *r)
{
	struct waiter w, in;
	int t[2];

	own_pair(r, t);
	start_waiting(&in, wait_recv, &t[0]);
	start_waiting(&w, wait_send, &t[0]);
	CHECK(still_waits(&w) && still_waits(&in));
	OK(shutdown(t[0], SHUT_WR));
	GIVES(waited(&w), -1);
	GIVES(errno, EPIPE);
	CHECK(still_waits(&in));
	send_text(t[1], "x");
	GIVES(waited(&in), 1);
	OK(close(t[1]));
	OK(close(t[0]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
