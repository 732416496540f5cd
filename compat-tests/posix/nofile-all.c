// SPDX-License-Identifier: MIT
/* nofile-all - with a limit of 1024 descriptors a program gets each number, closes each, and may dup onto each. */
#include <sys/resource.h>
#include <sys/wait.h>

#include "kinds.h"

#define LIMIT 1024

static void fill(struct role *r)
{
	int low = tcp_socket(r), n = 0, fd;
	static int got[LIMIT];

	while ((fd = open("/dev/null", O_RDONLY)) >= 0) {
		CHECK(fd < LIMIT && n < LIMIT);
		got[n++] = fd;
	}
	GIVES(errno, EMFILE);
	FAILS(socket(AF_INET, SOCK_STREAM, 0), EMFILE);
	/* the three of the shell, the control connection and the socket */
	if (n < LIMIT - 8)
		WRONG("only %d numbers of %d can be had", n, LIMIT);
	for (int i = 0; i < n; i++) {
		about("number %d", got[i]);
		OK(close(got[i]));
		FAILS(close(got[i]), EBADF);
	}
	about("%s", "");
	OK(close(low));
}

static void onto_each(struct role *r)
{
	int t[2];

	own_pair(r, t);
	for (int n = t[1] + 1; n < LIMIT; n++) {
		if (n == r->ctl)
			continue;
		about("number %d", n);
		GIVES(dup2(t[0], n), n);
		send_text(n, "x");
		OK(close(n));
	}
	GIVES(fcntl(t[0], F_DUPFD, LIMIT - 1), LIMIT - 1);
	FAILS(dup2(t[0], LIMIT), EBADF);
	_exit(0);
}

static void in_child(struct role *r, void (*fn)(struct role *r))
{
	struct rlimit lim = { LIMIT, LIMIT };
	pid_t pid = fork();
	int status;

	OK(pid);
	if (pid == 0) {
		OK(setrlimit(RLIMIT_NOFILE, &lim));
		fn(r);
		_exit(0);
	}
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
}

static void subject(struct role *r)
{
	in_child(r, fill);
	in_child(r, onto_each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
