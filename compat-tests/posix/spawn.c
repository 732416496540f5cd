// SPDX-License-Identifier: MIT
/* spawn - a connection as standard input and output of programs that posix_spawn(), system() and popen() start. */
#include <spawn.h>
#include <sys/wait.h>

#include "roles.h"

#define SIZE 100000

extern char **environ;

static void spawned(int fd)
{
	char name[] = "head", count[] = "-c100000";
	char *argv[] = { name, count, NULL };
	posix_spawn_file_actions_t actions;
	int status;
	pid_t pid;

	GIVES(posix_spawn_file_actions_init(&actions), 0);
	GIVES(posix_spawn_file_actions_adddup2(&actions, fd, 0), 0);
	GIVES(posix_spawn_file_actions_adddup2(&actions, fd, 1), 0);
	GIVES(posix_spawnp(&pid, "head", &actions, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
}

/* The connection is its standard descriptors. */
static void child(int fd)
{
	FILE *f;

	OK(dup2(fd, 0));
	OK(dup2(fd, 1));
	OK(close(fd));
	GIVES(system("echo by system"), 0);
	f = popen("cat", "w");
	CHECK(f);
	CHECK(fputs("by popen", f) >= 0);
	GIVES(pclose(f), 0);
	_exit(0);
}

static void subject(struct role *r, int fd)
{
	int status;
	pid_t pid;

	spawned(fd);
	send_text(fd, "still ours");
	pid = fork();
	OK(pid);
	if (pid == 0)
		child(fd);
	OK(close(fd));
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
	meet(r, 'd');
}

static void helper(struct role *r, int fd)
{
	static uint8_t out[SIZE], in[SIZE];

	pattern(out, sizeof(out), 0);
	send_all(fd, out, sizeof(out));
	recv_all(fd, in, sizeof(in));
	CHECK(memcmp(in, out, sizeof(out)) == 0);
	want_text(fd, "still ours");
	want_text(fd, "by system\n");
	want_text(fd, "by popen");
	want_eof(fd);
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
