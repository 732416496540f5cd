/* SPDX-License-Identifier: MIT */
/*
 * open.c - opening and truncating a file that a path of the program names
 *
 * Names can be anything: links, other mounts of /proc, descriptors of
 * directories. So the object is found by an O_PATH descriptor, which opens
 * nothing (walk.c), moved to where the program cannot touch it, judged
 * (object.c), and then opened through the fd directory of procfs: this thread's
 * own, at a descriptor of ours, whatever lies at /proc by now.
 *
 * Trust: paths and flags are the program's; the path is a copy.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dune/file/object.h"
#include "dune/file/open.h"
#include "dune/file/procfs.h"
#include "dune/file/walk.h"
#include "dune/host/blocking.h"
#include "dune/host/fds.h"
#include "dune/host/host.h"

#define LINKS_MAX 40

struct request {
	int dirfd;
	char path[2 * PATH_MAX];
	int flags;
	mode_t mode;
	uint64_t resolve;
};

static long reopen(int object, int flags)
{
	char name[32];

	snprintf(name, sizeof(name), "thread-self/fd/%d", object);
	return dune_native(SYS_openat, (uint64_t)procfs_root(), (uint64_t)name,
			   (uint64_t)(flags & ~(O_CREAT | O_EXCL | O_NOFOLLOW)),
			   0, 0, 0);
}

/* A new file is the program's own. */
static long create(const struct request *q)
{
	struct open_how how = {
		.flags = (unsigned)(q->flags | O_CREAT | O_EXCL),
		.mode = q->mode & 07777,
		.resolve = q->resolve,
	};

	return host(SYS_openat2, q->dirfd, q->path, &how, sizeof(how));
}

static long open_existing(const struct request *q)
{
	int object, fd = open_find(q->dirfd, q->path, q->flags, q->resolve);
	long ret;

	if (fd < 0)
		return fd;
	if (q->flags & O_PATH) {
		if (!(q->flags & O_CLOEXEC))
			host(SYS_fcntl, fd, F_SETFD, 0);
		return fd;
	}
	object = fds_hide_one(fd);
	if (object < 0)
		return object;
	ret = object_check(object, q->flags);
	if (!ret)
		ret = reopen(object, q->flags);
	close(object);
	return ret;
}

/* The path leads to a link that leads nowhere: what it says is to be created. */
static int follow_dangling(struct request *q)
{
	char text[PATH_MAX + 1], *slash;
	long len = host(SYS_readlinkat, q->dirfd, q->path, text, PATH_MAX);

	if (len < 0)
		return len == -EINVAL ? 0 : (int)len;
	text[len] = 0;
	slash = strrchr(q->path, '/');
	if (text[0] == '/' || !slash)
		slash = q->path;
	else
		slash++;
	if ((size_t)(slash - q->path) + (size_t)len + 1 > PATH_MAX)
		return -ENAMETOOLONG;
	strcpy(slash, text);
	return 0;
}

static long open_request(struct request *q)
{
	int tries;
	long ret;

	if ((q->flags & O_TMPFILE) == O_TMPFILE && !(q->flags & O_PATH)) {
		struct open_how how = { (unsigned)q->flags, q->mode & 07777,
					q->resolve };

		return host(SYS_openat2, q->dirfd, q->path, &how, sizeof(how));
	}
	if ((q->flags & O_CREAT) && (q->flags & O_EXCL) && !(q->flags & O_PATH))
		return create(q);
	for (tries = 0; tries < LINKS_MAX; tries++) {
		ret = open_existing(q);
		if (ret != -ENOENT || !(q->flags & O_CREAT) ||
		    (q->flags & O_PATH))
			return ret;
		ret = create(q);
		if (ret != -EEXIST)
			return ret;
		/* it has come meanwhile, or is a link */
		if (!(q->flags & O_NOFOLLOW)) {
			ret = follow_dangling(q);
			if (ret)
				return ret;
		}
	}
	return -ELOOP;
}

int open_checked(int dirfd, const char *path, int flags, mode_t mode,
		 uint64_t resolve)
{
	struct request q = {
		.dirfd = dirfd, .flags = flags, .mode = mode, .resolve = resolve
	};

	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	strcpy(q.path, path);
	return (int)open_request(&q);
}

/* No call truncates what a descriptor of O_PATH names, so it is opened. */
static long truncate_object(int object, uint64_t length)
{
	struct stat st;
	long ret;
	int fd;

	if (fstat(object, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if ((int64_t)length < 0)
		return -EINVAL;
	ret = object_check(object, O_WRONLY);
	if (!ret)
		ret = reopen(object, O_WRONLY | O_CLOEXEC);
	if (ret < 0)
		return ret;
	fd = fds_hide_one((int)ret);
	if (fd < 0)
		return fd;
	ret = dune_native(SYS_ftruncate, (uint64_t)fd, length, 0, 0, 0, 0);
	close(fd);
	return ret;
}

long open_truncate(const char *path, uint64_t length)
{
	int object, fd = open_find(AT_FDCWD, path, 0, 0);
	long ret;

	if (fd < 0)
		return fd;
	object = fds_hide_one(fd);
	if (object < 0)
		return object;
	ret = truncate_object(object, length);
	close(object);
	return ret;
}
