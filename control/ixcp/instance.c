// SPDX-License-Identifier: MIT
/*
 * instance.c - where instances listen
 *
 * Root's instances are in /run/ix, those of others in $XDG_RUNTIME_DIR/ix, or
 * in /tmp/ix-UID where there is no such directory. Root sees them all.
 *
 * Trust: of a directory that users can make only that counts which its place
 * says whose it is, and which nobody else may write to. None of them can fill
 * the list for all.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/ixcp/ixcp.h"

#define MAX_DIRS 128
#define MAX_OF_A_USER 32

struct finder {
	struct instance *list;
	size_t n, max;
};

static struct run_dir dirs[MAX_DIRS];
static size_t ndirs;

/* root's first, then one's own */
static int rank(const struct instance *in)
{
	uid_t owner = in->dir->owner;

	return owner == 0 ? 0 : owner == geteuid() ? 1 : 2;
}

static int by_pid(const void *a, const void *b)
{
	const struct instance *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return rank(x) - rank(y);
}

/* A number, then what has to follow; -1: it is another name. */
static long number(const char *name, const char *end)
{
	size_t n = strspn(name, "0123456789");

	if (n == 0 || n > 10 || name[0] == '0' || strcmp(name + n, end) != 0)
		return -1;
	return strtol(name, NULL, 10);
}

static void add(struct finder *f, const struct run_dir *dir, const char *name)
{
	struct instance *in = &f->list[f->n];
	long pid = number(name, ".sock");

	if (f->n == f->max || pid <= 0 || pid > 1 << 30 ||
	    strlen(name) >= sizeof(in->name))
		return;
	memcpy(in->name, name, strlen(name) + 1);
	in->pid = (int)pid;
	in->dir = dir;
	f->n++;
}

static bool is_known(const struct stat *st)
{
	struct stat other;
	size_t i;

	for (i = 0; i < ndirs; i++)
		if (fstat(dirs[i].fd, &other) == 0 &&
		    other.st_ino == st->st_ino && other.st_dev == st->st_dev)
			return true;
	return false;
}

/* The directory, if it is new to us and its owner's alone to write. */
static const struct run_dir *open_dir(const char *path, uid_t owner)
{
	struct run_dir *dir = &dirs[ndirs];
	struct stat st;

	if (ndirs == MAX_DIRS || strlen(path) >= sizeof(dir->path))
		return NULL;
	dir->fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir->fd < 0)
		return NULL;
	if (fstat(dir->fd, &st) < 0 || st.st_uid != owner || st.st_mode & 022 ||
	    is_known(&st)) {
		close(dir->fd);
		return NULL;
	}
	dir->owner = owner;
	strcpy(dir->path, path);
	ndirs++;
	return dir;
}

static void scan(struct finder *f, const char *path, uid_t owner)
{
	const struct run_dir *dir = open_dir(path, owner);
	int fd = dir ? openat(dir->fd, ".", O_RDONLY | O_CLOEXEC) : -1;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	size_t most = f->n + MAX_OF_A_USER;
	struct dirent *e;

	if (owner == 0 || owner == geteuid())
		most = f->max / 2;
	while (d && f->n < most && (e = readdir(d)))
		add(f, dir, e->d_name);
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
}

/* PARENT/BEFORE<uid>AFTER, for each user that has one; root sees all. */
static void scan_users(struct finder *f, const char *parent, const char *before,
		       const char *after)
{
	size_t len = strlen(before);
	DIR *d = opendir(parent);
	struct dirent *e;
	char path[512];
	long uid;

	while (d && (e = readdir(d))) {
		if (strncmp(e->d_name, before, len) != 0)
			continue;
		uid = number(e->d_name + len, "");
		snprintf(path, sizeof(path), "%s/%s%s", parent, e->d_name,
			 after);
		if (uid > 0 && (geteuid() == 0 || geteuid() == (uid_t)uid))
			scan(f, path, (uid_t)uid);
	}
	if (d)
		closedir(d);
}

size_t instances_find(struct instance *list, size_t max)
{
	struct finder f = { list, 0, max };
	const char *xdg = secure_getenv("XDG_RUNTIME_DIR");
	char dir[512];

	scan(&f, IXCP_RUN_DIR, 0);
	if (xdg && *xdg) {
		snprintf(dir, sizeof(dir), "%s/ix", xdg);
		scan(&f, dir, geteuid());
	}
	scan_users(&f, "/run/user", "", "/ix");
	scan_users(&f, "/tmp", "ix-", "");
	qsort(list, f.n, sizeof(*list), by_pid);
	return f.n;
}
