/* SPDX-License-Identifier: MIT */
/*
 * open.c - open, openat, openat2, creat, truncate
 *
 * Names can be anything: links, other mounts of /proc, descriptors of
 * directories. So the object is found by an O_PATH descriptor, which opens
 * nothing, moved to where the program cannot touch it, judged by its file system,
 * device number and identity, and then opened through /proc/self/fd.
 * Links of procfs that jump to an object (fd, exe, cwd...) are only followed
 * here, one by one.
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
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "dune/exe.h"
#include "dune/fds.h"
#include "dune/host.h"
#include "dune/mediate.h"
#include "dune/open.h"

#define PROC_MAGIC 0x9fa0
#define SYSFS_MAGIC 0x62656572
#define LINKS_MAX 40
#define WRITES(flags) (((flags)&O_ACCMODE) != O_RDONLY || ((flags)&O_TRUNC))

static int procfs = -1; /* hidden: a program may have changed its root */

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

int open_start(void)
{
	char line[PATH_MAX + 128];
	FILE *maps;
	int ret = 0, fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	procfs = fds_hide_one(fd);
	if (procfs < 0)
		return procfs;
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
	if (fs.f_type != PROC_MAGIC && fs.f_type != SYSFS_MAGIC) {
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
	len = open_name_of(fd, name, sizeof(name));
	if (len < 0)
		return (int)len;
	if (fs.f_type == PROC_MAGIC)
		return proc_check(name, flags);
	return WRITES(flags) && !S_ISDIR(st->st_mode) ? -EACCES :
							check_sysfs(name);
}

long open_name_of(int fd, char *to, size_t size)
{
	char link[32];
	long len;

	snprintf(link, sizeof(link), "self/fd/%d", fd);
	len = host(SYS_readlinkat, procfs, link, to, size - 1);
	if (len >= 0)
		to[len] = 0;
	return len;
}

static int check_object(int fd, int flags)
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

/* --- finding an object --- */

static int open_path(int dirfd, const char *path, int flags, uint64_t resolve)
{
	struct open_how how = {
		.flags = (uint64_t)(O_PATH | O_CLOEXEC |
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
static int jump(const struct walk *w, const char *name, int link)
{
	char link_name[PATH_MAX + 1];
	struct statfs fs;
	long ret;

	if (fstatfs(link, &fs))
		return -errno;
	if (fs.f_type != PROC_MAGIC)
		return -ENOLINK; /* an ordinary one */
	ret = open_name_of(link, link_name, sizeof(link_name));
	if (ret < 0)
		return (int)ret;
	ret = proc_check_link(link_name);
	if (ret)
		return (int)ret;
	if (exe_is_link(link_name))
		return open_path(AT_FDCWD, exe_path(), 0, 0);
	return (int)host(SYS_openat, w->dir, name, O_PATH | O_CLOEXEC);
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
	to = jump(w, name, fd);
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

/* An O_PATH descriptor, at a low number; nothing has been checked but jumps. */
static int find(int dirfd, const char *path, int flags, uint64_t resolve)
{
	int fd = open_path(dirfd, path, flags, resolve | RESOLVE_NO_MAGICLINKS);

	/* a jump, or too many links */
	return fd == -ELOOP && !resolve ? walk(dirfd, path, flags) : fd;
}

/* --- open --- */

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

	snprintf(name, sizeof(name), "self/fd/%d", object);
	return dune_native(SYS_openat, (uint64_t)procfs, (uint64_t)name,
			   (uint64_t)(flags & ~(O_CREAT | O_EXCL | O_NOFOLLOW)),
			   0, 0, 0);
}

/* A new file is the program's own. */
static long create(const struct request *q)
{
	struct open_how how = {
		.flags = (uint64_t)(q->flags | O_CREAT | O_EXCL),
		.mode = q->mode & 07777,
		.resolve = q->resolve,
	};

	return host(SYS_openat2, q->dirfd, q->path, &how, sizeof(how));
}

static long open_existing(const struct request *q)
{
	int object, fd = find(q->dirfd, q->path, q->flags, q->resolve);
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
	ret = check_object(object, q->flags);
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
		struct open_how how = { (uint64_t)q->flags, q->mode & 07777,
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

int open_checked(int dirfd, const char *path, int flags, mode_t mode)
{
	struct request q = { .dirfd = dirfd, .flags = flags, .mode = mode };

	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	strcpy(q.path, path);
	return (int)open_request(&q);
}

/* --- the calls --- */

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
			    (mode_t)mode);
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
	struct request q = { .dirfd = (int)a[0] };
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
	strcpy(q.path, (const char *)a[1]);
	q.flags = (int)how.flags;
	q.mode = (mode_t)how.mode;
	q.resolve = how.resolve;
	return open_request(&q);
}

long sys_truncate(struct dune_thread *t, const uint64_t a[6])
{
	char name[64];
	int object, fd;
	long ret;

	(void)t;
	if (!a[0])
		return -EFAULT;
	fd = find(AT_FDCWD, (const char *)a[0], 0, 0);
	if (fd < 0)
		return fd;
	object = fds_hide_one(fd);
	if (object < 0)
		return object;
	ret = check_object(object, O_WRONLY);
	if (!ret) {
		snprintf(name, sizeof(name), "/proc/self/fd/%d", object);
		ret = dune_native(SYS_truncate, (uint64_t)name, a[1], 0, 0, 0,
				  0);
	}
	close(object);
	return ret;
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
