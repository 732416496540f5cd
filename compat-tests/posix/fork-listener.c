// SPDX-License-Identifier: MIT
/* fork-listener - forked children accept from one listener; each connection is one child's. */
#include <sys/wait.h>

#include "roles.h"

#define CHILDREN 3
#define CONNS 12

static void child(int ls)
{
	for (;;) {
		int fd = accept(ls, NULL, NULL);
		char c;

		if (fd < 0)
			_exit(1);
		recv_all(fd, &c, 1);
		send_all(fd, &c, 1);
		close(fd);
	}
}

static void subject(struct role *r)
{
	int ls = listen_on(r, next_port(r), 64), status;
	pid_t pid[CHILDREN];

	for (int i = 0; i < CHILDREN; i++) {
		pid[i] = fork();
		OK(pid[i]);
		if (pid[i] == 0)
			child(ls);
	}
	OK(close(ls));
	meet(r, 'l');
	meet(r, 'd');
	for (int i = 0; i < CHILDREN; i++) {
		OK(kill(pid[i], SIGKILL));
		GIVES(waitpid(pid[i], &status, 0), pid[i]);
		CHECK(WIFSIGNALED(status));
	}
	meet(r, 'k');
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	union addr a = with_port(&r->other, port);
	int fd;

	meet(r, 'l');
	for (char i = 0; i < CONNS; i++) {
		char c = -1;

		fd = connect_to(r, port);
		send_all(fd, &i, 1);
		recv_all(fd, &c, 1);
		GIVES(c, i);
		want_eof(fd);
		close(fd);
	}
	meet(r, 'd');
	meet(r, 'k');
	/* The listener went with the last child; IX learns of a killed process
	 * a moment later (CAVEATS). */
	for (int i = 0; i < 250; i++) {
		fd = tcp_socket(r);
		if (connect(fd, &a.sa, addr_len(&a)) < 0)
			break;
		close(fd);
		usleep(20000);
	}
	close(fd);
	fd = tcp_socket(r);
	FAILS(connect(fd, &a.sa, addr_len(&a)), ECONNREFUSED);
	close(fd);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
