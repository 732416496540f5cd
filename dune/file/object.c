/* SPDX-License-Identifier: MIT */
/*
 * object.c - what may be opened, judged by the object: its file system, device
 * number and identity
 *
 * The object is given by a hidden O_PATH descriptor, so that it is the same
 * that is opened afterwards.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "dune/file/object.h"
#include "dune/file/proc.h"
#include "dune/file/procfs.h"

#define SYSFS_MAGIC 0x62656572
#define WRITES(flags) (((flags)&O_ACCMODE) != O_RDONLY || ((flags)&O_TRUNC))

/* --- files of the dataplane --- */

#define GUARDED_MAX 512
static struct guarded {
	dev_t dev;
	ino_t ino;
	bool shared; /* mapped so that a write through the file shows */
} guarded[GUARDED_MAX];
static unsigned nguarded;

static int guard(dev_t dev, ino_t ino, bool shared)
{
	unsigned i;

	for (i = 0; i < nguarded; i++)
		if (guarded[i].dev == dev && guarded[i].ino == ino) {
			guarded[i].shared |= shared;
			return 0;
		}
	if (nguarded == GUARDED_MAX)
		return -ENOMEM;
	guarded[nguarded++] = (struct guarded){ dev, ino, shared };
	return 0;
}

/* A line of /proc/self/maps. On overlayfs the device there is not stat()'s. */
static int guard_line(const char *line)
{
	unsigned maj, min;
	unsigned long ino;
	char share, path[PATH_MAX];
	struct stat st;
	int n, ret;

	n = sscanf(line, "%*s %*c%*c%*c%c %*s %x:%x %lu %4095[^\n]", &share,
		   &maj, &min, &ino, path);
	if (n < 4 || !ino)
		return 0;
	ret = guard(makedev(maj, min), ino, share == 's');
	if (!ret && n == 5 && path[0] == '/' && !stat(path, &st))
		ret = guard(st.st_dev, st.st_ino, share == 's');
	return ret;
}

int object_start(void)
{
	char line[PATH_MAX + 128];
	FILE *maps;
	int ret = procfs_start();

	if (ret)
		return ret;
	maps = fopen("/proc/self/maps", "re");
	if (!maps)
		return -errno;
	while (!ret && fgets(line, sizeof(line), maps))
		ret = guard_line(line);
	fclose(maps);
	return ret;
}

static int check_guarded(const struct stat *st, int flags)
{
	unsigned i;

	for (i = 0; i < nguarded; i++)
		if (guarded[i].dev == st->st_dev &&
		    guarded[i].ino == st->st_ino)
			return guarded[i].shared ? -EACCES :
			       WRITES(flags)	 ? -ETXTBSY :
						   0;
	return 0;
}

/* --- what an object is --- */

/* Character devices that give nothing but what the caller sends them. */
static const struct device {
	unsigned major, first, last;
} devices[] = {
	{ 1, 3, 3 },	   /* null */
	{ 1, 5, 5 },	   /* zero */
	{ 1, 7, 9 },	   /* full, random, urandom */
	{ 4, 0, 255 },	   /* consoles, serial lines */
	{ 5, 0, 2 },	   /* tty, console, ptmx */
	{ 10, 183, 183 },  /* hwrng */
	{ 136, 0, 65535 }, /* pts */
};

static int check_device(dev_t dev)
{
	size_t i;

	for (i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (major(dev) == devices[i].major &&
		    minor(dev) >= devices[i].first &&
		    minor(dev) <= devices[i].last)
			return 0;
	return -EACCES;
}

enum fs_rule { FS_DENY, FS_READ };

/* File systems whose files are not files; procfs and sysfs are elsewhere. */
static const struct {
	uint32_t type;
	enum fs_rule rule;
} file_systems[] = {
	{ 0x63677270, FS_READ }, /* cgroup2 */
	{ 0x0027e0eb, FS_READ }, /* cgroup */
	{ 0x64626720, FS_DENY }, /* debugfs */
	{ 0x74726163, FS_DENY }, /* tracefs */
	{ 0x73636673, FS_DENY }, /* securityfs */
	{ 0xcafe4a11, FS_DENY }, /* bpf */
	{ 0xde5e81e4, FS_DENY }, /* efivarfs */
	{ 0x6165676c, FS_DENY }, /* pstore */
	{ 0x62656570, FS_DENY }, /* configfs */
	{ 0x42494e4d, FS_DENY }, /* binfmt_misc */
	{ 0x6e736673, FS_DENY }, /* namespaces */
	{ 0xf97cff8c, FS_DENY }, /* selinux */
	{ 0x958458f6, FS_DENY }, /* hugetlbfs: the dataplane's memory */
};

/* Attributes of sysfs that are a device's memory or registers. */
static int check_sysfs(const char *name)
{
	const char *base = strrchr(name, '/');

	base = base ? base + 1 : name;
	return (!strncmp(base, "resource", 8) && base[8]) ||
			       !strncmp(base, "legacy_", 7) ||
			       !strcmp(base, "rom") || !strcmp(base, "config") ?
		       -EACCES :
		       0;
}

static int check_file_system(int fd, const struct stat *st, int flags)
{
	char name[PATH_MAX + 1];
	struct statfs fs;
	size_t i;
	long len;

	if (fstatfs(fd, &fs))
		return -errno;
	if (fs.f_type == PROC_MAGIC)
		return proc_check(fd, flags);
	if (fs.f_type != SYSFS_MAGIC) {
		for (i = 0; i < sizeof(file_systems) / sizeof(*file_systems);
		     i++)
			if ((uint32_t)fs.f_type == file_systems[i].type)
				break;
		if (i == sizeof(file_systems) / sizeof(*file_systems) ||
		    S_ISDIR(st->st_mode))
			return 0;
		return file_systems[i].rule == FS_DENY || WRITES(flags) ?
			       -EACCES :
			       0;
	}
	len = procfs_fd_name(fd, name, sizeof(name));
	if (len < 0)
		return (int)len;
	return WRITES(flags) && !S_ISDIR(st->st_mode) ? -EACCES :
							check_sysfs(name);
}

int object_check(int fd, int flags)
{
	struct stat st;
	int ret;

	if (fstat(fd, &st))
		return -errno;
	if (S_ISLNK(st.st_mode))
		return -ELOOP;
	if (S_ISDIR(st.st_mode) && (flags & O_CREAT))
		return -EISDIR;
	ret = check_guarded(&st, flags);
	if (ret)
		return ret;
	if (S_ISCHR(st.st_mode))
		return check_device(st.st_rdev);
	if (S_ISBLK(st.st_mode))
		return -EACCES;
	return check_file_system(fd, &st, flags);
}
