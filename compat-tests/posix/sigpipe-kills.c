// SPDX-License-Identifier: MIT
/* sigpipe-kills - SIGPIPE at its default ends the process. */
#include <sys/wait.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	pid_t pid;
	int status;

	OK(shutdown(fd, SHUT_WR));
	pid = fork();
	OK(pid);
	if (pid == 0) {
		handle(SIGPIPE, SIG_DFL, 0);
		(void)!write(fd, "x", 1);
		_exit(0);
	}
	GIVES(waitpid(pid, &status, 0), pid);
	CHECK(WIFSIGNALED(status));
	GIVES(WTERMSIG(status), SIGPIPE);
	meet(r, 'k');
}

static void helper(struct role *r, int fd)
{
	want_eof(fd);
	meet(r, 'k');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
