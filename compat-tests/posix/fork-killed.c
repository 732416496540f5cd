// SPDX-License-Identifier: MIT
/* fork-killed - children that are killed before they have done anything leave nothing open. */
#include <sys/wait.h>

#include "roles.h"

#define CHILDREN 40

static void subject(struct role *r)
{
	int ls = listen_on(r, next_port(r), 8), fd;

	meet(r, 'l');
	fd = accept(ls, NULL, NULL);
	OK(fd);
	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = fork();

		OK(pid);
		if (pid == 0) {
			pause();
			_exit(0);
		}
		OK(kill(pid, SIGKILL));
		GIVES(waitpid(pid, NULL, 0), pid);
	}
	OK(close(fd));
	OK(close(ls));
	meet(r, 'k');
	meet(r, 'e');
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	union addr a = with_port(&r->other, port);
	int fd, rc;

	meet(r, 'l');
	fd = connect_to(r, port);
	meet(r, 'k');
	want_eof(fd);
	close(fd);
	/* IX learns of a killed process a moment later (CAVEATS). */
	for (int i = 0; i < 250; i++) {
		fd = tcp_socket(r);
		rc = connect(fd, &a.sa, addr_len(&a));
		close(fd);
		if (rc < 0)
			break;
		sleep_ms(20);
	}
	fd = tcp_socket(r);
	FAILS(connect(fd, &a.sa, addr_len(&a)), ECONNREFUSED);
	close(fd);
	meet(r, 'e');
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
