// SPDX-License-Identifier: MIT
/*
 * lock.c - one instance for each device
 *
 * af_packet and tap let two instances share an interface, which would tear
 * both apart. So each device has a file that is flock'ed through a
 * descriptor which forks inherit: it is free when the last process of the
 * instance is gone. Its text says what to undo then:
 *
 *	netns INODE	(not with what belongs to no network namespace)
 *	WHAT VALUE	(see reclaim.c)
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drv/common/dev.h"
#include "drv/common/fail.h"
#include "drv/common/lockfile.h"
#include "drv/kernel/lock.h"
#include "drv/kernel/reclaim.h"

#define TEXT_MAX 1024
#define LOCK_TRIES 20
#define LOCK_TRY_US 5000

static int holds(const char *pid, const struct stat *want)
{
	char dir[64], name[PATH_MAX];
	struct stat st;
	struct dirent *e;
	int found = 0;
	DIR *d;

	snprintf(dir, sizeof(dir), "/proc/%.16s/fd", pid);
	d = opendir(dir);
	if (!d)
		return 0;
	while (!found && (e = readdir(d))) {
		snprintf(name, sizeof(name), "%s/%.32s", dir, e->d_name);
		found = stat(name, &st) == 0 && st.st_ino == want->st_ino &&
			st.st_dev == want->st_dev;
	}
	closedir(d);
	return found;
}

/* A process that has the file open, or 0. */
static int holder(int dir, const char *file)
{
	struct stat want;
	struct dirent *e;
	int pid = 0;
	DIR *d;

	if (fstatat(dir, file, &want, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	d = opendir("/proc");
	if (!d)
		return 0;
	while (!pid && (e = readdir(d)))
		if (atoi(e->d_name) > 0 && holds(e->d_name, &want))
			pid = atoi(e->d_name);
	closedir(d);
	return pid;
}

static void flatten(char *key)
{
	for (; *key; key++)
		if (*key == '/')
			*key = '_';
}

/* An earlier instance died and left its text: undo it. */
static void undo_old(int fd)
{
	char text[TEXT_MAX];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n > 0) {
		text[n] = '\0';
		reclaim_text(text);
	}
	if (ftruncate(fd, 0) < 0) {
		/* it is undone again at worst */
	}
}

/* Other starts that look for what the dead left hold a lock for a moment: one
 * is asked for again until it is always the same process that has it. */
static int lock_or_holder(int dir, const char *name, int *holder_out)
{
	int tries = 0, was = 0, fd;

	for (;;) {
		fd = lock_try(dir, name);
		if (fd != -EWOULDBLOCK)
			return fd;
		*holder_out = holder(dir, name);
		tries = *holder_out == was ? tries + 1 : 0;
		if (tries == LOCK_TRIES)
			return fd;
		was = *holder_out;
		usleep(LOCK_TRY_US);
	}
}

/* What is noted later finds room, on a full file system too. Not every file
 * system can promise that. */
static int reserve(int fd)
{
	if (fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, TEXT_MAX) < 0 &&
	    errno != EOPNOTSUPP)
		return -errno;
	return 0;
}

/* Lock the file scope-key and make it empty. */
static int take(struct drv_dev *d, struct drv_ctx *ctx, const char *scope,
		const char *key)
{
	char path[128], flat[DRV_NAME_MAX], name[DRV_NAME_MAX + 32];
	int dir = drv_run_dir(path, sizeof(path));
	int fd, rc, pid = 0;

	if (dir < 0)
		return drv_fail(ctx, dir, "%s cannot be used: %s", path,
				drv_run_dir_why(dir));
	snprintf(flat, sizeof(flat), "%s", key);
	flatten(flat);
	snprintf(name, sizeof(name), "%s-%s.lock", scope, flat);
	fd = lock_or_holder(dir, name, &pid);
	close(dir);
	if (fd == -EWOULDBLOCK)
		return drv_fail(ctx, -EBUSY,
				"in use by PID %d; stop that or choose "
				"another device",
				pid);
	if (fd < 0)
		return drv_fail(ctx, fd, "cannot lock %s/%s: %s", path, name,
				strerror(-fd));
	undo_old(fd);
	d->lock_fd = fd;
	rc = reserve(fd);
	if (rc < 0)
		return drv_fail(ctx, rc, "cannot write %s/%s: %s", path, name,
				strerror(-rc));
	return 0;
}

int lock_take(struct drv_dev *d, struct drv_ctx *ctx, const char *key)
{
	char netns[24];
	int rc;

	snprintf(netns, sizeof(netns), "%lu", lock_netns());
	rc = take(d, ctx, netns, key);
	if (rc == 0)
		lock_note(d, "netns", netns);
	return rc;
}

int lock_take_host(struct drv_dev *d, struct drv_ctx *ctx, const char *key)
{
	return take(d, ctx, "host", key);
}

void lock_note(struct drv_dev *d, const char *what, const char *value)
{
	char line[DRV_NAME_MAX + 32];
	int n = snprintf(line, sizeof(line), "%s %s\n", what, value);

	if (d->lock_fd < 0)
		return;
	lseek(d->lock_fd, 0, SEEK_END);
	if (write(d->lock_fd, line, (size_t)n) != n) {
		/* reserve() has seen to it; at worst it is not undone */
	}
}

void lock_drop(struct drv_dev *d)
{
	char link[64], path[512];
	ssize_t n;

	if (d->lock_fd < 0)
		return;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", d->lock_fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n > 0) {
		path[n] = '\0';
		if (lock_same_file(d->lock_fd, AT_FDCWD, path))
			unlink(path);
	}
	close(d->lock_fd);
	d->lock_fd = -1;
}
