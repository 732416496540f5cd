// SPDX-License-Identifier: MIT
/*
 * lockfile.c - files that are locked while an instance lives
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drv/common/lockfile.h"

uint64_t lock_netns(void)
{
	struct stat st;

	return stat("/proc/self/ns/net", &st) == 0 ? st.st_ino : 0;
}

int lock_same_file(int fd, int dir, const char *name)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 &&
	       fstatat(dir, name, &b, AT_SYMLINK_NOFOLLOW) == 0 &&
	       a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

int lock_try(int dir, const char *name)
{
	int fd, rc;

	for (;;) {
		fd = openat(dir, name,
			    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0)
			return -errno;
		if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
			rc = -errno;
			close(fd);
			return rc;
		}
		if (lock_same_file(fd, dir, name))
			return fd;
		close(fd); /* unlinked in between */
	}
}
