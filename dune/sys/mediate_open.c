/* SPDX-License-Identifier: MIT */
/*
 * mediate_open.c - open, openat, openat2, creat, truncate, readlink
 *
 * Trust: paths and flags are the program's; the path is a copy.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>

#include "dune/file/exe_link.h"
#include "dune/file/open.h"
#include "dune/host/host.h"
#include "dune/host/self.h"
#include "dune/mem/user.h"
#include "dune/sys/mediate.h"

static long open_user(uint64_t dirfd, uint64_t path, uint64_t flags,
		      uint64_t mode)
{
	/* unknown flags are ignored by open() and refused by openat2() */
	const int known = O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC |
			  O_APPEND | O_NONBLOCK | O_SYNC | O_ASYNC | O_DIRECT |
			  O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC |
			  O_PATH | O_TMPFILE;

	if (!path)
		return -EFAULT;
	return open_checked((int)dirfd, (const char *)path, (int)flags & known,
			    (mode_t)mode, 0);
}

long sys_open(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return open_user((uint64_t)AT_FDCWD, a[0], a[1], a[2]);
}

long sys_openat(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return open_user(a[0], a[1], a[2], a[3]);
}

long sys_creat(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return open_user((uint64_t)AT_FDCWD, a[0], O_CREAT | O_WRONLY | O_TRUNC,
			 a[1]);
}

long sys_openat2(struct dune_thread *t, const uint64_t a[6])
{
	struct open_how how, probe;
	long ret;

	(void)t;
	if (!a[1])
		return -EFAULT;
	if (a[3] < sizeof(how))
		return -EINVAL;
	if (a[3] > sizeof(how))
		return -E2BIG;
	if (user_get(&how, a[2], sizeof(how)))
		return -EFAULT;
	/* flags that the kernel would refuse; -1 is no directory */
	probe = how;
	ret = host(SYS_openat2, -1, "x", &probe, sizeof(probe));
	if (ret != -EBADF)
		return ret;
	return open_checked((int)a[0], (const char *)a[1], (int)how.flags,
			    (mode_t)how.mode, how.resolve);
}

long sys_truncate(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return a[0] ? open_truncate((const char *)a[0], a[1]) : -EFAULT;
}

static long read_link(int dirfd, const char *path, uint64_t to, uint64_t size)
{
	uint64_t len = strlen(exe_path());

	if (path && exe_is_link(path)) {
		if (!(int)size)
			return -EINVAL;
		if (len > size)
			len = size;
		return user_put(to, exe_path(), len) ? -EFAULT : (long)len;
	}
	return host(SYS_readlinkat, dirfd, path, to, size);
}

long sys_readlink(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return read_link(AT_FDCWD, (const char *)a[0], a[1], a[2]);
}

long sys_readlinkat(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return read_link((int)a[0], (const char *)a[1], a[2], a[3]);
}
