// SPDX-License-Identifier: MIT
/* nofile-sockets - as many sockets as there are numbers; at the limit accept() is EMFILE and leaves the connection, which comes when one is closed. */
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "kinds.h"

#define LIMIT 128

static void at_limit(struct role *r)
{
	struct rlimit lim = { LIMIT, LIMIT };
	int ls = listen_on(r, 0, 4), fd = tcp_socket(r), last = -1, s, n = 0;
	union addr a = name_of(ls);

	OK(setrlimit(RLIMIT_NOFILE, &lim));
	OK(connect(fd, &a.sa, addr_len(&a)));
	while ((s = socket(r->self.sa.sa_family, SOCK_DGRAM, 0)) >= 0) {
		CHECK(s < LIMIT);
		last = s;
		n++;
	}
	GIVES(errno, EMFILE);
	CHECK(n >= LIMIT - 12);
	FAILS(accept(ls, NULL, NULL), EMFILE);
	FAILS(dup(fd), EMFILE);
	FAILS(epoll_create1(0), EMFILE);
	OK(close(last));
	GIVES(accept(ls, NULL, NULL), last);
	send_text(last, "x");
	want_text(fd, "x");
	_exit(0);
}

static void subject(struct role *r)
{
	pid_t pid = fork();
	int status;

	OK(pid);
	if (pid == 0)
		at_limit(r);
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
