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
#include "shim/host/host.h"
#include "shim/object/fd.h"
#include "shim/object/owner.h"
#include "shim/object/round.h"
#include "shim/object/sock.h"
#include "shim/process/boot.h"
#include "shim/process/exec.h"
#include "shim/relay/relay.h"

/* A path, as the C library has one there. */
#pragma GCC diagnostic ignored "-Wframe-larger-than="

/* refs - 1, unless it is the last one. */
static bool give_up(struct sock *s)
{
	uint32_t n = __atomic_load_n(&s->refs, __ATOMIC_RELAXED);

	while (n > 1)
		if (__atomic_compare_exchange_n(&s->refs, &n, n - 1, false,
						__ATOMIC_ACQ_REL,
						__ATOMIC_RELAXED)) {
			owner_note(s);
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

void exec_leave(enum exec_file file, char *const env[])
{
	uint32_t i;

	if (!booted() || !fd_self.limit)
		return;
	round_end();
	if (ix_in_guest() && shim_comes_along(env)) {
		if (file != EXEC_NO)
			relay_inherited(STDERR_FILENO + 1);
		return;
	}
	if (file != EXEC_NO)
		relay_inherited(UINT32_MAX);
	for (i = 0; i < fd_self.tab->high; i++)
		leave((int)i, fd_self.ent[i], file == EXEC_YES);
}

int exec_failed(int rc)
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
static enum exec_file judge(const char *path)
{
	char head[4] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return errno == EACCES ? EXEC_YES : EXEC_MAYBE;
	n = host.read(fd, head, sizeof(head));
	own_close(fd);
	if (n == sizeof(head) && memcmp(head, "\177ELF", sizeof(head)) == 0)
		return EXEC_YES;
	return n > 2 && memcmp(head, "#!", 2) == 0 ? EXEC_YES : EXEC_MAYBE;
}

enum exec_file exec_file(const char *path)
{
	struct stat st;

	if (!booted() || !path || stat(path, &st) < 0 || !S_ISREG(st.st_mode) ||
	    euidaccess(path, X_OK) < 0)
		return EXEC_NO;
	return judge(path);
}

/* As execvp() looks for it. */
enum exec_file exec_looks_up(const char *file)
{
	const char *path = getenv("PATH"), *end;
	char full[PATH_MAX];
	enum exec_file kind;

	if (!file || strchr(file, '/'))
		return exec_file(file);
	for (path = path ? path : "/bin:/usr/bin";; path = end + 1) {
		end = strchrnul(path, ':');
		snprintf(full, sizeof(full), "%.*s%s%s", (int)(end - path),
			 path, end == path ? "" : "/", file);
		kind = exec_file(full);
		if (kind != EXEC_NO || !*end)
			return kind;
	}
}

/*
 * The C library forks and executes in one here, and our process lives on. Its
 * standard descriptors are relayed for both, and what a file action names.
 */
void exec_spawn(void)
{
	int err = errno;

	if (booted() && fd_self.limit) {
		round_end();
		relay_inherited(STDERR_FILENO + 1);
	}
	errno = err;
}

void exec_spawn_fd(int fd)
{
	int err = errno;

	if (booted() && fd_self.limit)
		relay_fd(fd);
	errno = err;
}
