// SPDX-License-Identifier: MIT
/* atfork-handlers - handlers of pthread_atfork() that were set before the first socket run for the program's own forks, and for nothing else. */
#include <pthread.h>
#include <sys/wait.h>

#include "kinds.h"

static int before, in_parent, in_child;

static void count_before(void)
{
	before++;
}

static void count_parent(void)
{
	in_parent++;
}

static void count_child(void)
{
	in_child++;
}

/* Before main(), and so before any socket. */
__attribute__((constructor)) static void set_handlers(void)
{
	pthread_atfork(count_before, count_parent, count_child);
}

static void subject(struct role *r)
{
	int t[2], status;
	pid_t pid;

	GIVES(before, 0); /* no fork but ours, and there was none */
	before = in_parent = in_child = 0;
	own_pair(r, t);
	GIVES(before + in_parent + in_child, 0);
	pid = fork();
	OK(pid);
	if (pid == 0) {
		send_text(t[0], "child");
		_exit(before == 1 && in_parent == 0 && in_child == 1 ? 7 : 8);
	}
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(WEXITSTATUS(status), 7);
	GIVES(before, 1);
	GIVES(in_parent, 1);
	want_text(t[1], "child");
	before = 0;
	OK(close(t[0]));
	OK(close(t[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
