// SPDX-License-Identifier: MIT
/*
 * stderr.c - the standard error that the program was started with
 *
 * The owner writes to it, with root's privileges perhaps, long after the program
 * had it in its hands. So it is never the program's descriptor 2 that is opened,
 * which may be anything by then: a device that acts when it is opened, a file
 * that is not the program's to write, one whose server does not answer. It is
 * what was there at the start, seen to be harmless then. A descriptor with O_PATH
 * keeps it from being another; it holds no end of a pipe open, and no terminal.
 *
 * Trust: the program may make its descriptor what it likes; its name alone is
 * looked at, which asks no file system.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/raw.h"
#include "control/host/instance/stderr.h"

#define NAME_MAX_LEN 512

/* Whoever started the program could write there, too: we may have more rights. */
static bool is_for_writing(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && !(flags & O_PATH) &&
	       (flags & O_ACCMODE) != O_RDONLY;
}

static bool takes_lines(int fd)
{
	struct stat st;

	if (!is_for_writing(fd) || fstat(fd, &st) < 0)
		return false;
	return S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode) ||
	       (S_ISCHR(st.st_mode) && isatty(fd));
}

int stderr_keep(void)
{
	if (!takes_lines(STDERR_FILENO))
		return -1;
	return (int)raw_call(SYS_openat, AT_FDCWD, "/proc/self/fd/2",
			     O_PATH | O_CLOEXEC);
}

static ssize_t name_of(int proc_fd, const char *path, char *out)
{
	return readlinkat(proc_fd, path, out, NAME_MAX_LEN);
}

static bool is_still(int kept, int proc_fd, pid_t pid)
{
	char path[48], was[NAME_MAX_LEN], is[NAME_MAX_LEN];
	ssize_t n, m;

	snprintf(path, sizeof(path), "self/fd/%d", kept);
	n = name_of(proc_fd, path, was);
	snprintf(path, sizeof(path), "%d/fd/2", (int)pid);
	m = name_of(proc_fd, path, is);
	return n > 0 && n == m && memcmp(was, is, (size_t)n) == 0;
}

/* O_NONBLOCK: nor does the opening wait, for a reader or the end of a lease. */
static int open_kept(int kept, int proc_fd)
{
	char path[48];

	snprintf(path, sizeof(path), "self/fd/%d", kept);
	return (int)raw_call(SYS_openat, proc_fd, path,
			     O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY |
				     O_CLOEXEC);
}

bool stderr_write(int kept, int proc_fd, pid_t pid, const char *line)
{
	long len = (long)strlen(line), n;
	int fd;

	if (kept < 0 || !is_still(kept, proc_fd, pid))
		return false;
	fd = open_kept(kept, proc_fd);
	if (fd < 0)
		return false;
	n = raw_call(SYS_write, fd, line, len);
	raw_call(SYS_close, fd);
	return n == len;
}
