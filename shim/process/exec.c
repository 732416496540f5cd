// SPDX-License-Identifier: MIT
/*
 * exec.c - another image takes the process over
 *
 * Nothing of ours runs after a successful exec. Connections that the new image
 * inherits are relayed from here on (relay.h). References of other sockets are
 * given up before, except the last one of a socket: that one is closed here if
 * the descriptor is close-on-exec and the file can be executed, and otherwise
 * when the process is gone. If exec fails, what was given up is taken back;
 * what is relayed stays so.
 *
 * In a guest the table of descriptors outlives the exec, and the shim of the new
 * image takes it over (fdtab_start()): sockets stay what they are. Only the
 * standard descriptors are relayed, for the C library's streams do not pass
 * us; and all, where the new image will not have the shim.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libix/share/self.h"
#include "shim/process/boot.h"
#include "shim/front/calls.h"
#include "shim/host/host.h"
#include "shim/object/fd.h"
#include "shim/relay/relay.h"

/* A path, as the C library has one there. */
#pragma GCC diagnostic ignored "-Wframe-larger-than="

/* What is known of the file that is to be executed. */
enum file {
	FILE_NO,    /* it cannot be */
	FILE_MAYBE, /* it may */
	FILE_YES,   /* it can */
};

/* refs - 1, unless it is the last one. */
static bool give_up(struct sock *s)
{
	uint32_t n = __atomic_load_n(&s->refs, __ATOMIC_RELAXED);

	while (n > 1)
		if (__atomic_compare_exchange_n(&s->refs, &n, n - 1, false,
						__ATOMIC_ACQ_REL,
						__ATOMIC_RELAXED)) {
			relay_note(s);
			return true;
		}
	return false;
}

static void leave(int fd, uint64_t e, bool sure)
{
	struct sock *s = entry_obj(e, FD_SOCK);

	if (!s)
		return;
	if (give_up(s))
		fd_self.ent[fd] = e | ENTRY_GIVEN;
	else if (sure && host.fcntl(fd, F_GETFD, NULL) & FD_CLOEXEC)
		entry_unref(fd_take(fd));
}

/* Static programs are not told apart: they get the placeholders. */
static bool shim_comes_along(char *const env[])
{
	for (; env && *env; env++)
		if (strncmp(*env, "LD_PRELOAD=", 11) == 0)
			return strstr(*env, "libixshim") != NULL;
	return false;
}

static void leave_all(enum file file, char *const env[])
{
	uint32_t i;

	if (!booted() || !fd_self.limit)
		return;
	round_end();
	if (ix_in_guest() && shim_comes_along(env)) {
		if (file != FILE_NO)
			relay_inherited(STDERR_FILENO + 1);
		return;
	}
	if (file != FILE_NO)
		relay_inherited(UINT32_MAX);
	for (i = 0; i < fd_self.tab->high; i++)
		leave((int)i, fd_self.ent[i], file == FILE_YES);
}

static int failed(int rc)
{
	int err = errno;
	uint32_t i;

	if (!booted() || !fd_self.limit)
		return rc;
	for (i = 0; i < fd_self.tab->high; i++) {
		uint64_t e = fd_self.ent[i];

		if (!(e & ENTRY_GIVEN))
			continue;
		e &= ~ENTRY_GIVEN;
		fd_self.ent[i] = sock_try_ref(entry_obj(e, FD_SOCK)) ? e : 0;
	}
	errno = err;
	return rc;
}

/* Only of these two beginnings is it known that the kernel takes them. */
static enum file judge(const char *path)
{
	char head[4] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return errno == EACCES ? FILE_YES : FILE_MAYBE;
	n = host.read(fd, head, sizeof(head));
	own_close(fd);
	if (n == sizeof(head) && memcmp(head, "\177ELF", sizeof(head)) == 0)
		return FILE_YES;
	return n > 2 && memcmp(head, "#!", 2) == 0 ? FILE_YES : FILE_MAYBE;
}

static enum file runs(const char *path)
{
	struct stat st;

	if (!booted() || !path || stat(path, &st) < 0 || !S_ISREG(st.st_mode) ||
	    euidaccess(path, X_OK) < 0)
		return FILE_NO;
	return judge(path);
}

/* As execvp() looks for it. */
static enum file runs_in_path(const char *file)
{
	const char *path = getenv("PATH"), *end;
	char full[PATH_MAX];
	enum file kind;

	if (!file || strchr(file, '/'))
		return runs(file);
	for (path = path ? path : "/bin:/usr/bin";; path = end + 1) {
		end = strchrnul(path, ':');
		snprintf(full, sizeof(full), "%.*s%s%s", (int)(end - path),
			 path, end == path ? "" : "/", file);
		kind = runs(full);
		if (kind != FILE_NO || !*end)
			return kind;
	}
}

int call_execve(const char *path, char *const argv[], char *const env[])
{
	leave_all(runs(path), env);
	return failed(host.execve(path, argv, env));
}

int call_execv(const char *path, char *const argv[])
{
	leave_all(runs(path), environ);
	return failed(host.execv(path, argv));
}

int call_execvp(const char *file, char *const argv[])
{
	leave_all(runs_in_path(file), environ);
	return failed(host.execvp(file, argv));
}

int call_execvpe(const char *file, char *const argv[], char *const env[])
{
	leave_all(runs_in_path(file), env);
	return failed(host.execvpe(file, argv, env));
}

int call_fexecve(int fd, char *const argv[], char *const env[])
{
	leave_all(FILE_MAYBE, env);
	return failed(host.fexecve(fd, argv, env));
}

int call_execveat(int dir, const char *path, char *const argv[],
		  char *const env[], int flags)
{
	leave_all(FILE_MAYBE, env);
	return failed(host.execveat(dir, path, argv, env, flags));
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
 * The C library forks and executes in one here, and our process lives on. Its
 * standard descriptors are relayed for both, and what a file action names.
 */
static void before_spawn(void)
{
	int err = errno;

	if (booted() && fd_self.limit) {
		round_end();
		relay_inherited(STDERR_FILENO + 1);
	}
	errno = err;
}

int call_system(const char *command)
{
	before_spawn();
	return host.system(command);
}

FILE *call_popen(const char *command, const char *mode)
{
	before_spawn();
	return host.popen(command, mode);
}

/* The C library will duplicate it in the child, past us. */
int call_posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions,
					  int fd, int to)
{
	int err = errno;

	if (booted() && fd_self.limit)
		relay_fd(fd);
	errno = err;
	return host.posix_spawn_file_actions_adddup2(actions, fd, to);
}

int call_posix_spawn(pid_t *pid, const char *path,
		     const posix_spawn_file_actions_t *actions,
		     const posix_spawnattr_t *attr, char *const argv[],
		     char *const env[])
{
	before_spawn();
	return host.posix_spawn(pid, path, actions, attr, argv, env);
}

int call_posix_spawnp(pid_t *pid, const char *file,
		      const posix_spawn_file_actions_t *actions,
		      const posix_spawnattr_t *attr, char *const argv[],
		      char *const env[])
{
	before_spawn();
	return host.posix_spawnp(pid, file, actions, attr, argv, env);
}
