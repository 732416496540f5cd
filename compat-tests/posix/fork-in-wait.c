// SPDX-License-Identifier: MIT
/* fork-in-wait - a fork while other threads wait in calls: the child has its own sockets and the copies, without the threads. */
#include <sys/wait.h>

#include "kinds.h"
#include "waiter.h"

static void child(struct role *r, int fd, int mine)
{
	int t[2];
	char c;

	own_pair(r, t);
	send_text(t[0], "own");
	want_text(t[1], "own");
	FAILS(recv(mine, &c, 1, MSG_DONTWAIT), EAGAIN);
	send_text(fd, "child");
	_exit(0);
}

static void subject(struct role *r)
{
	int t[2], more[2], status;
	struct waiter w[3];
	pid_t pid;

	own_pair(r, t);
	own_pair(r, more);
	start_waiting(&w[0], wait_recv, &more[0]);
	start_waiting(&w[1], wait_poll, &more[0]);
	start_waiting(&w[2], wait_epoll, &more[0]);
	pid = fork();
	OK(pid);
	if (pid == 0)
		child(r, t[0], more[0]);
	want_text(t[1], "child");
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
	for (int i = 0; i < 3; i++)
		CHECK(still_waits(&w[i]));
	OK(close(more[1]));
	GIVES(waited(&w[0]), 0);
	GIVES(waited(&w[1]), 1);
	GIVES(waited(&w[2]), 1);
	OK(close(more[0]));
	OK(close(t[0]));
	OK(close(t[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
