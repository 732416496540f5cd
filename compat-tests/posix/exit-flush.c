// SPDX-License-Identifier: MIT
/* exit-flush - data written by a process that exits at once arrives whole. */
#include <sys/wait.h>

#include "roles.h"

#define SIZE (1 << 20)

static void subject(struct role *r, int fd)
{
	pid_t pid = fork();
	int status;

	OK(pid);
	if (pid == 0) {
		send_pattern(fd, SIZE);
		_exit(0);
	}
	OK(close(fd));
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
	meet(r, 'x');
}

static void helper(struct role *r, int fd)
{
	recv_pattern(fd, SIZE);
	want_eof(fd);
	meet(r, 'x');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
