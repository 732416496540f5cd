// SPDX-License-Identifier: MIT
/* privdrop - a process that drops its privileges first can still open, listen and connect. */
#include <grp.h>
#include <sys/wait.h>

#include "roles.h"

#define NOBODY 65534

static void drop(void)
{
	if (geteuid() != 0)
		return;
	OK(setgroups(0, NULL));
	OK(setgid(NOBODY));
	OK(setuid(NOBODY));
	FAILS(setuid(0), EPERM);
}

static void in_child(struct role *r, void (*fn)(struct role *r, uint16_t port))
{
	uint16_t port = next_port(r);
	pid_t pid = fork();
	int status;

	OK(pid);
	if (pid == 0) {
		drop();
		fn(r, port);
		_exit(0);
	}
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
}

static void connecting(struct role *r, uint16_t port)
{
	int fd;

	meet(r, 'l');
	fd = connect_to(r, port);
	want_text(fd, "x");
	want_eof(fd);
}

static void listening(struct role *r, uint16_t port)
{
	int ls = listen_on(r, port, 8), fd;

	meet(r, 'l');
	fd = accept(ls, NULL, NULL);
	OK(fd);
	send_text(fd, "x");
	OK(close(fd));
}

static void subject(struct role *r)
{
	in_child(r, connecting);
	in_child(r, listening);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);

	listening(r, port);
	connecting(r, next_port(r));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
