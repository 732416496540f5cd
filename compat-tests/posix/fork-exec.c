// SPDX-License-Identifier: MIT
/* fork-exec - a connection as standard input and output of an exec'd program, as inetd does. */
#include <sys/wait.h>

#include "roles.h"

#define SIZE 300000

static void subject(struct role *r, int fd)
{
	pid_t pid = fork();
	int status;

	OK(pid);
	if (pid == 0) {
		OK(dup2(fd, 0));
		OK(dup2(fd, 1));
		OK(close(fd));
		execlp("cat", "cat", (char *)NULL);
		WRONG("execlp: %s", strerror(errno));
	}
	OK(close(fd));
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
	meet(r, 'd');
}

static void helper(struct role *r, int fd)
{
	for (size_t pos = 0; pos < SIZE; pos += 10000) {
		uint8_t out[10000], in[10000];

		pattern(out, sizeof(out), pos);
		send_all(fd, out, sizeof(out));
		recv_all(fd, in, sizeof(in));
		CHECK(memcmp(in, out, sizeof(out)) == 0);
	}
	OK(shutdown(fd, SHUT_WR));
	want_eof(fd);
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
