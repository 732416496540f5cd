// SPDX-License-Identifier: MIT
/* fork-conn - parent and child share a connection; one's close() or death leaves it to the other. */
#include <sys/wait.h>

#include "roles.h"

static void reap(pid_t pid)
{
	int status;

	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
}

static void subject(struct role *r, int fd)
{
	pid_t pid = fork();

	OK(pid);
	if (pid == 0) {
		want_text(fd, "to child");
		send_text(fd, "from child");
		OK(close(fd));
		_exit(0);
	}
	reap(pid);
	send_text(fd, "from parent");
	want_text(fd, "to parent");
	pid = fork();
	OK(pid);
	if (pid == 0) {
		sleep_ms(200);
		send_text(fd, "last");
		_exit(0);
	}
	OK(close(fd)); /* the child's now */
	reap(pid);
	meet(r, 'd');
}

static void helper(struct role *r, int fd)
{
	send_text(fd, "to child");
	want_text(fd, "from child");
	want_text(fd, "from parent");
	want_quiet(fd, 50);
	send_text(fd, "to parent");
	want_text(fd, "last");
	want_eof(fd);
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
