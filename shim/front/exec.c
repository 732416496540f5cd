// SPDX-License-Identifier: MIT
/*
 * exec.c - the calls that execute another image
 */
#include <stdarg.h>
#include <unistd.h>

#include "shim/front/calls.h"
#include "shim/host/host.h"
#include "shim/process/exec.h"

/* Arguments, as the C library has them there. */
#pragma GCC diagnostic ignored "-Wframe-larger-than="

int call_execve(const char *path, char *const argv[], char *const env[])
{
	exec_leave(exec_file(path), env);
	return exec_failed(host.execve(path, argv, env));
}

int call_execv(const char *path, char *const argv[])
{
	exec_leave(exec_file(path), environ);
	return exec_failed(host.execv(path, argv));
}

int call_execvp(const char *file, char *const argv[])
{
	exec_leave(exec_looks_up(file), environ);
	return exec_failed(host.execvp(file, argv));
}

int call_execvpe(const char *file, char *const argv[], char *const env[])
{
	exec_leave(exec_looks_up(file), env);
	return exec_failed(host.execvpe(file, argv, env));
}

int call_fexecve(int fd, char *const argv[], char *const env[])
{
	exec_leave(EXEC_MAYBE, env);
	return exec_failed(host.fexecve(fd, argv, env));
}

int call_execveat(int dir, const char *path, char *const argv[],
		  char *const env[], int flags)
{
	exec_leave(EXEC_MAYBE, env);
	return exec_failed(host.execveat(dir, path, argv, env, flags));
}

/*
 * The variadic ones: on the stack, as the C library does, for a vfork child
 * must not allocate.
 */
static int count(const char *arg, va_list ap)
{
	int n = 0;

	for (; arg; arg = va_arg(ap, const char *))
		n++;
	return n;
}

static void gather(char **argv, const char *arg, va_list ap)
{
	for (; arg; arg = va_arg(ap, const char *))
		*argv++ = (char *)arg;
	*argv = NULL;
}

#define GATHER(argv, arg, ap)                                    \
	va_start(ap, arg);                                       \
	(argv) = __builtin_alloca(((size_t)count(arg, ap) + 1) * \
				  sizeof(char *));               \
	va_end(ap);                                              \
	va_start(ap, arg);                                       \
	gather(argv, arg, ap)

int call_execl(const char *path, const char *arg, ...)
{
	char **argv;
	va_list ap;

	GATHER(argv, arg, ap);
	va_end(ap);
	return call_execv(path, argv);
}

int call_execlp(const char *file, const char *arg, ...)
{
	char **argv;
	va_list ap;

	GATHER(argv, arg, ap);
	va_end(ap);
	return call_execvp(file, argv);
}

int call_execle(const char *path, const char *arg, ...)
{
	char **argv, *const *env;
	va_list ap;

	GATHER(argv, arg, ap);
	/* ap passed to a function by value may or may not have moved */
	va_end(ap);
	va_start(ap, arg);
	while (arg)
		arg = va_arg(ap, const char *);
	env = va_arg(ap, char *const *);
	va_end(ap);
	return call_execve(path, argv, env);
}

/*
 * The C library forks and executes in one here.
 */
int call_system(const char *command)
{
	exec_spawn();
	return host.system(command);
}

FILE *call_popen(const char *command, const char *mode)
{
	exec_spawn();
	return host.popen(command, mode);
}

/* The C library will duplicate it in the child, past us. */
int call_posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions,
					  int fd, int to)
{
	exec_spawn_fd(fd);
	return host.posix_spawn_file_actions_adddup2(actions, fd, to);
}

int call_posix_spawn(pid_t *pid, const char *path,
		     const posix_spawn_file_actions_t *actions,
		     const posix_spawnattr_t *attr, char *const argv[],
		     char *const env[])
{
	exec_spawn();
	return host.posix_spawn(pid, path, actions, attr, argv, env);
}

int call_posix_spawnp(pid_t *pid, const char *file,
		      const posix_spawn_file_actions_t *actions,
		      const posix_spawnattr_t *attr, char *const argv[],
		      char *const env[])
{
	exec_spawn();
	return host.posix_spawnp(pid, file, actions, attr, argv, env);
}
