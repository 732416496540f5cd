// SPDX-License-Identifier: MIT
/* backlog - connections within the backlog are made before anyone accepts. */
#include "roles.h"

#define N 20

static void subject(struct role *r)
{
	int ls = listen_on(r, next_port(r), 64);

	meet(r, 'l');
	meet(r, 'c');
	for (int i = 0; i < N; i++) {
		int fd = accept(ls, NULL, NULL);
		char c;

		OK(fd);
		recv_all(fd, &c, 1);
		GIVES(c, i); /* in the order in which they were made */
		send_all(fd, &c, 1);
		close(fd);
	}
	close(ls);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	int fd[N];

	meet(r, 'l');
	for (int i = 0; i < N; i++) {
		char c = (char)i;

		fd[i] = connect_to(r, port);
		send_all(fd[i], &c, 1);
	}
	meet(r, 'c');
	for (int i = 0; i < N; i++) {
		char c;

		recv_all(fd[i], &c, 1);
		GIVES(c, i);
		want_eof(fd[i]);
		close(fd[i]);
	}
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
