// SPDX-License-Identifier: MIT
/* fork-many - eight children that start at once, each with a connection of its own to the other host. */
#include <sys/wait.h>

#include "roles.h"

#define CHILDREN 8

static void subject(struct role *r)
{
	uint16_t port = next_port(r);
	int status;

	meet(r, 'l');
	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = fork();

		OK(pid);
		if (pid == 0) {
			fetch_text(r, port, "served");
			_exit(0);
		}
	}
	for (int i = 0; i < CHILDREN; i++) {
		CHECK(wait(&status) > 0);
		GIVES(status, 0);
	}
}

static void helper(struct role *r)
{
	int ls = listen_on(r, next_port(r), 16);

	meet(r, 'l');
	for (int i = 0; i < CHILDREN; i++) {
		int fd = accept(ls, NULL, NULL);

		OK(fd);
		send_text(fd, "served");
		OK(close(fd));
	}
	OK(close(ls));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
