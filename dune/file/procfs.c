/* SPDX-License-Identifier: MIT */
/*
 * procfs.c - /proc as the host has it, and what an object is called there
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dune/file/procfs.h"
#include "dune/host/fds.h"
#include "dune/host/host.h"

#define PROC_ROOT_INO 1

/* Hidden: a program may have changed its root. */
static int procfs = -1;
static dev_t procfs_dev; /* its instance */

int procfs_start(void)
{
	int fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -errno;
	procfs = fds_hide_one(fd);
	if (procfs < 0)
		return procfs;
	if (fstat(procfs, &st))
		return -errno;
	procfs_dev = st.st_dev;
	return 0;
}

int procfs_root(void)
{
	return procfs;
}

int procfs_open(const char *name, int flags)
{
	long fd;

	fds_hide_begin();
	fd = host(SYS_openat, procfs, name, flags | O_CLOEXEC);
	if (fd >= 0)
		fd = fds_hide((int)fd);
	fds_hide_end();
	return (int)fd;
}

long procfs_fd_name(int fd, char *to, size_t size)
{
	char link[32];
	long len;

	snprintf(link, sizeof(link), "thread-self/fd/%d", fd);
	len = host(SYS_readlinkat, procfs, link, to, size - 1);
	if (len >= 0)
		to[len] = 0;
	return len;
}

/* The kernel's name is one below the program's root, and what is mounted,
 * renamed or made a root may lend a name to something else. So each end of it
 * is looked up: the one that leads to the object is its name. */
static const char *name_below(int root, const struct stat *st, const char *name)
{
	const char *at = name;
	struct stat is;

	while ((at = strchr(at, '/')))
		if (*++at && !fstatat(root, at, &is, AT_SYMLINK_NOFOLLOW) &&
		    is.st_dev == st->st_dev && is.st_ino == st->st_ino)
			return at;
	return NULL;
}

/* The root of another instance of procfs than ours, if that is /proc for the
 * program: a hidden descriptor, or -EACCES. */
static int other_instance(dev_t dev)
{
	struct stat st;
	long fd = host(SYS_openat, AT_FDCWD, "/proc",
		       O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int root = fd < 0 ? -1 : fds_hide_one((int)fd);

	if (root < 0)
		return -EACCES;
	if (!fstat(root, &st) && st.st_dev == dev && st.st_ino == PROC_ROOT_INO)
		return root;
	close(root);
	return -EACCES;
}

int procfs_name(int fd, char to[PATH_MAX + 1], bool *ours_out)
{
	char name[PATH_MAX + 1];
	const char *found = NULL;
	struct stat st;
	int root;
	long len = procfs_fd_name(fd, name, sizeof(name));

	if (len < 0 || fstat(fd, &st))
		return -EACCES;
	*ours_out = st.st_dev == procfs_dev;
	root = *ours_out ? procfs : other_instance(st.st_dev);
	if (root < 0)
		return root;
	if (st.st_ino == PROC_ROOT_INO && S_ISDIR(st.st_mode))
		found = "";
	else
		found = name_below(root, &st, name);
	if (found)
		strcpy(to, found);
	if (root != procfs)
		close(root);
	return found ? 0 : -EACCES;
}
