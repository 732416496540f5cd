// SPDX-License-Identifier: MIT
/* privdrop - a process that drops its privileges first can still open, listen and connect;
 * one that bounds its address space has that for itself. */
#include <grp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "roles.h"

#define NOBODY 65534
#define MB (UINT64_C(1) << 20)

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

static void *map(size_t bytes)
{
	return mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void bound_memory(void)
{
	struct rlimit lim = { 200 * MB, 200 * MB };
	void *p;

	OK(setrlimit(RLIMIT_AS, &lim));
	p = map(100 * MB);
	CHECK(p != MAP_FAILED);
	FAILS(map(200 * MB), ENOMEM);
	OK(munmap(p, 100 * MB));
}

static void connecting(struct role *r, uint16_t port)
{
	int fd;

	meet(r, 'l');
	fd = connect_to(r, port);
	want_text(fd, "x");
	want_eof(fd);
}

static void bounded_connecting(struct role *r, uint16_t port)
{
	bound_memory();
	connecting(r, port);
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
	in_child(r, bounded_connecting);
	in_child(r, listening);
}

static void helper(struct role *r)
{
	listening(r, next_port(r));
	listening(r, next_port(r));
	connecting(r, next_port(r));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
