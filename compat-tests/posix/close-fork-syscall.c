// SPDX-License-Identifier: MIT
/* close-fork-syscall - a child's syscall(SYS_close) closes its copy alone; the parent's after it ends the connection. */
#include <sys/syscall.h>
#include <sys/wait.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	int status;
	pid_t pid = fork();

	OK(pid);
	if (pid == 0) {
		GIVES(syscall(SYS_close, fd), 0);
		FAILS(send(fd, "x", 1, MSG_NOSIGNAL), EBADF);
		_exit(0);
	}
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
	meet(r, 'c');
	meet(r, 'q');
	send_text(fd, "parent");
	GIVES(syscall(SYS_close, fd), 0);
	meet(r, 'p');
}

static void helper(struct role *r, int fd)
{
	meet(r, 'c');
	want_quiet(fd, 30);
	meet(r, 'q');
	want_text(fd, "parent");
	want_eof(fd);
	meet(r, 'p');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
