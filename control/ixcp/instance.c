// SPDX-License-Identifier: MIT
/*
 * instance.c - where instances listen
 *
 * Root's instances are in /run/ix, those of others in $XDG_RUNTIME_DIR/ix, or
 * in /tmp/ix-UID where there is no such directory. Root sees them all.
 */
#include <dirent.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/ixcp/ixcp.h"

struct finder {
	struct instance *list;
	size_t n, max;
};

static int by_pid(const void *a, const void *b)
{
	const struct instance *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int known(const struct finder *f, const char *path)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (strcmp(f->list[i].path, path) == 0)
			return 1;
	return 0;
}

static void add(struct finder *f, const char *dir, const char *name)
{
	struct instance *in = &f->list[f->n];
	char *end;
	long pid = strtol(name, &end, 10);
	int n;

	if (f->n == f->max || pid <= 0 || strcmp(end, ".sock") != 0)
		return;
	n = snprintf(in->path, sizeof(in->path), "%s/%s", dir, name);
	if (n < 0 || (size_t)n >= sizeof(in->path) || known(f, in->path))
		return;
	in->pid = (int)pid;
	f->n++;
}

static void scan(struct finder *f, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d)))
		add(f, dir, e->d_name);
	if (d)
		closedir(d);
}

static void scan_users(struct finder *f)
{
	glob_t g;
	size_t i;

	if (glob("/run/user/*/ix", GLOB_ONLYDIR, NULL, &g))
		return;
	for (i = 0; i < g.gl_pathc; i++)
		scan(f, g.gl_pathv[i]);
	globfree(&g);
}

/* In /tmp anybody can make a directory of any name: it counts if it is of the
 * user whom it names, and only for that user and root. */
static void scan_tmp(struct finder *f)
{
	glob_t g;
	size_t i;

	if (glob("/tmp/ix-[0-9]*", 0, NULL, &g))
		return;
	for (i = 0; i < g.gl_pathc; i++) {
		unsigned long uid = strtoul(g.gl_pathv[i] + 8, NULL, 10);
		struct stat st;

		if (lstat(g.gl_pathv[i], &st) == 0 && S_ISDIR(st.st_mode) &&
		    st.st_uid == uid && (geteuid() == 0 || geteuid() == uid))
			scan(f, g.gl_pathv[i]);
	}
	globfree(&g);
}

size_t instances_find(struct instance *list, size_t max)
{
	struct finder f = { list, 0, max };
	const char *xdg = getenv("XDG_RUNTIME_DIR");
	char dir[4096];

	scan(&f, IXCP_RUN_DIR);
	if (xdg && *xdg) {
		snprintf(dir, sizeof(dir), "%s/ix", xdg);
		scan(&f, dir);
	}
	if (geteuid() == 0)
		scan_users(&f);
	scan_tmp(&f);
	qsort(list, f.n, sizeof(*list), by_pid);
	return f.n;
}
