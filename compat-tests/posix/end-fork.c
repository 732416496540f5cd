// SPDX-License-Identifier: MIT
/* end-fork - a child that closes its copy, or ends, ends no wait of the parent's threads; data still wakes them. */
#include <sys/wait.h>

#include "kinds.h"
#include "waiter.h"

static void subject(struct role *r)
{
	struct waiter w, p;
	int t[2], status;
	pid_t pid;

	own_pair(r, t);
	start_waiting(&w, wait_recv, &t[0]);
	start_waiting(&p, wait_epoll, &t[0]);
	pid = fork();
	OK(pid);
	if (pid == 0) {
		OK(close(t[0]));
		OK(close(t[1]));
		_exit(0);
	}
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
	CHECK(still_waits(&w) && still_waits(&p));
	send_text(t[1], "x");
	GIVES(waited(&w), 1);
	/* the byte may have been taken when the other comes to look */
	send_text(t[1], "y");
	GIVES(waited(&p), 1);
	OK(close(t[0]));
	OK(close(t[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
