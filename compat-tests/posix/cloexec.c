// SPDX-License-Identifier: MIT
/* cloexec - a connection with FD_CLOEXEC ends at exec, its peer reads the end. */
#include <sys/wait.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	pid_t pid = fork();
	int status;

	OK(pid);
	if (pid == 0) {
		OK(fcntl(fd, F_SETFD, FD_CLOEXEC));
		OK(fcntl(r->ctl, F_SETFD, FD_CLOEXEC));
		execlp("sleep", "sleep", "30", (char *)NULL);
		WRONG("execlp: %s", strerror(errno));
	}
	OK(close(fd));
	meet(r, 'c');
	GIVES(waitpid(pid, &status, WNOHANG), 0);
	OK(kill(pid, SIGKILL));
	GIVES(waitpid(pid, &status, 0), pid);
}

static void helper(struct role *r, int fd)
{
	want_eof(fd);
	meet(r, 'c');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
