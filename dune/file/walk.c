/* SPDX-License-Identifier: MIT */
/*
 * walk.c - from a path to an object
 *
 * The kernel finds it, but does not follow the links of procfs that jump to an
 * object (fd, exe, cwd...): these are looked at here, one by one.
 *
 * Trust: the path is the program's, a copy of it. Descriptors at low numbers are
 * its own as well: it may put others in their places at any time, so nothing but
 * the way depends on them; the object is judged when it is hidden.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "dune/file/exe_link.h"
#include "dune/file/proc.h"
#include "dune/file/procfs.h"
#include "dune/file/walk.h"
#include "dune/host/host.h"

#define LINKS_MAX 40

static int open_path(int dirfd, const char *path, int flags, uint64_t resolve)
{
	struct open_how how = {
		.flags = (unsigned)(O_PATH | O_CLOEXEC |
				    (flags & (O_NOFOLLOW | O_DIRECTORY))),
		.resolve = resolve,
	};

	return (int)host(SYS_openat2, dirfd, path, &how, sizeof(how));
}

/* What is left of a path while it is walked. */
struct walk {
	int dir; /* ours, or the caller's */
	bool own;
	bool relative; /* `left` goes on at dir, whatever it begins with */
	unsigned links;
	char left[2 * PATH_MAX];
};

static void step_to(struct walk *w, int fd)
{
	if (w->own)
		close(w->dir);
	w->dir = fd;
	w->own = true;
}

/* Put a symbolic link's text before what is left. */
static int expand(struct walk *w, int link)
{
	char text[PATH_MAX + sizeof(w->left)];
	long len = host(SYS_readlinkat, link, "", text, PATH_MAX);

	if (len < 0)
		return (int)len;
	if (++w->links > LINKS_MAX)
		return -ELOOP;
	if ((size_t)len + strlen(w->left) + 2 > sizeof(w->left))
		return -ENAMETOOLONG;
	text[len] = 0;
	if (*w->left) {
		strcat(text, "/");
		strcat(text, w->left);
	}
	strcpy(w->left, text);
	return 0;
}

/* The object of a link of procfs: another fd, or -errno. */
static int jump(int link)
{
	char target[PROC_TARGET];
	struct statfs fs;
	int ret;

	if (fstatfs(link, &fs))
		return -errno;
	if (fs.f_type != PROC_MAGIC)
		return -ENOLINK; /* an ordinary one */
	ret = proc_follow(link, target);
	if (ret)
		return ret;
	if (!*target) /* what lies there by now may be a link, too */
		return open_path(AT_FDCWD, exe_path(), 0,
				 RESOLVE_NO_MAGICLINKS);
	return (int)host(SYS_openat, procfs_root(), target, O_PATH | O_CLOEXEC);
}

/* One component; the object, or -EAGAIN if w->left has changed. */
static int walk_one(struct walk *w, const char *name, bool last, int flags)
{
	struct stat st;
	int fd, to;

	fd = open_path(w->dir, name, O_NOFOLLOW, 0);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) || !S_ISLNK(st.st_mode) ||
	    (last && (flags & O_NOFOLLOW)))
		return fd;
	to = jump(fd);
	if (to == -ENOLINK) {
		to = expand(w, fd);
		if (!to)
			to = -EAGAIN;
	}
	close(fd);
	return to;
}

/* Cut the next component off w->left, with the slashes after it. Its length; 0:
 * nothing is left but slashes; or -errno. */
static int next(struct walk *w, char name[NAME_MAX + 1])
{
	char *at = w->left + strspn(w->left, "/");
	size_t len = strcspn(at, "/");

	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, at, len);
	name[len] = 0;
	at += len;
	if (strspn(at, "/") != strlen(at))
		at += strspn(at, "/");
	memmove(w->left, at, strlen(at) + 1);
	return (int)len;
}

static int walk_step(struct walk *w, int flags)
{
	char name[NAME_MAX + 1];
	int fd, ret;

	if (w->left[0] == '/' && !w->relative) {
		fd = open_path(AT_FDCWD, "/", 0, 0);
		if (fd < 0)
			return fd;
		step_to(w, fd);
	}
	ret = next(w, name);
	if (ret < 0)
		return ret;
	if (!ret) /* the root, or slashes after a directory */
		return open_path(w->dir, ".", flags, 0);
	fd = walk_one(w, name, !w->left[0], flags);
	w->relative = fd != -EAGAIN;
	if (fd >= 0 && w->left[0]) {
		step_to(w, fd);
		return -EAGAIN;
	}
	return fd;
}

/* As the kernel walks, but that jumps are looked at. */
static int walk(int dirfd, const char *path, int flags)
{
	struct walk w = { .dir = dirfd };
	int fd;

	strcpy(w.left, path);
	do
		fd = walk_step(&w, flags);
	while (fd == -EAGAIN);
	if (w.own)
		close(w.dir);
	return fd;
}

int open_find(int dirfd, const char *path, int flags, uint64_t resolve)
{
	int fd = open_path(dirfd, path, flags, resolve | RESOLVE_NO_MAGICLINKS);

	/* a jump, or too many links */
	return fd == -ELOOP && !resolve ? walk(dirfd, path, flags) : fd;
}
