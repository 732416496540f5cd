// SPDX-License-Identifier: MIT
/*
 * rundir.c - the directory of what running instances have files for
 *
 * Root's is /run/ix, that of others $XDG_RUNTIME_DIR/ix, else /tmp/ix-UID.
 *
 * Trust: in /tmp anybody may have made it before, as a link or a directory with
 * files of theirs. What is not ours alone to write is refused, so that names in
 * it lead where we put them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drv/drv.h"

/* Users see root's instances, though they may not ask them. */
static mode_t name_it(char *path, size_t size)
{
	const char *run = secure_getenv("XDG_RUNTIME_DIR");

	if (geteuid() == 0) {
		snprintf(path, size, "/run/ix");
		return 0755;
	}
	if (run && run[0] == '/' && strlen(run) + 4 < size)
		snprintf(path, size, "%s/ix", run);
	else
		snprintf(path, size, "/tmp/ix-%u", geteuid());
	return 0700;
}

static int is_ours(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	return st.st_uid == geteuid() && !(st.st_mode & 022) ? 0 : -EPERM;
}

int drv_run_dir(char *path, size_t size)
{
	mode_t mode = name_it(path, size);
	int fd, rc;

	if (mkdir(path, mode) < 0 && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = is_ours(fd);
	if (rc == 0)
		return fd;
	close(fd);
	return rc;
}

const char *drv_run_dir_why(int rc)
{
	switch (rc) {
	case -EPERM:
		return "it is another user's, or others may write to it; "
		       "remove it";
	case -ELOOP:
	case -ENOTDIR:
		return "it is there and is no directory; remove it";
	default:
		return strerror(-rc);
	}
}
