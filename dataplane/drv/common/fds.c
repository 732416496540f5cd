// SPDX-License-Identifier: MIT
/*
 * fds.c - descriptors that do not get in the program's way
 *
 * EAL and the PMDs open descriptors that cannot be moved later. Between
 * drv_setup_begin() and drv_setup_end() every free number below the base is
 * occupied, so that whatever is opened lands above it; at the end the
 * numbers are free again and what was opened is close-on-exec. The limits
 * that EAL and libbpf raise are put back as well.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drv/drv.h"
#include "drv/common/fds.h"

#define FD_TRACK 65536 /* numbers that are told apart as old and new */
#define FD_ROOM 256    /* numbers wanted above the base */
#define FD_LEAST 64    /* ... and needed */

/* Start only: written under the lock, never after the first fork. */
static struct {
	pthread_mutex_t lock;
	int depth;
	int base;
	struct rlimit nofile, memlock;
	uint64_t filler[FD_TRACK / 64];
	uint64_t old[FD_TRACK / 64];
} fds = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void bit_set(uint64_t *map, int fd)
{
	if (fd < FD_TRACK)
		map[fd / 64] |= 1ull << (fd % 64);
}

static int bit_test(const uint64_t *map, int fd)
{
	return fd < FD_TRACK && (map[fd / 64] >> (fd % 64) & 1);
}

int fds_set_base(int base)
{
	if (base < 0 || base > FD_TRACK / 2)
		return -EINVAL;
	fds.base = base;
	return 0;
}

int fds_base(void)
{
	return fds.base;
}

/* Call fn for every open descriptor but the one that lists them. */
static void each_fd(void (*fn)(int fd, void *arg), void *arg)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *e;

	if (!dir)
		return;
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.' && atoi(e->d_name) != dirfd(dir))
			fn(atoi(e->d_name), arg);
	closedir(dir);
}

static void mark_old(int fd, void *arg)
{
	(void)arg;
	bit_set(fds.old, fd);
}

static void close_on_exec(int fd, void *arg)
{
	(void)arg;
	if (!bit_test(fds.old, fd))
		fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/* Let numbers above the base exist; lower the base where that cannot be. */
static void raise_nofile(void)
{
	rlim_t want = (rlim_t)fds.base + FD_ROOM;
	struct rlimit r = fds.nofile;

	if (r.rlim_cur >= want)
		return;
	r.rlim_cur = want;
	if (r.rlim_max < want)
		r.rlim_max = want;
	if (setrlimit(RLIMIT_NOFILE, &r) == 0)
		return;
	r = fds.nofile;
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
	if (r.rlim_max < (rlim_t)fds.base + FD_LEAST)
		fds.base = (int)(r.rlim_max / 2);
}

static int occupy(void)
{
	int fd, null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null < 0)
		return -errno;
	for (fd = null; fd < fds.base; fd = fcntl(null, F_DUPFD_CLOEXEC, 0)) {
		if (fd < 0)
			return -errno;
		bit_set(fds.filler, fd);
	}
	close(fd);
	return 0;
}

static void vacate(void)
{
	int fd, end;

	for (fd = 0; fd < fds.base; fd = end + 1) {
		for (end = fd; end < fds.base && bit_test(fds.filler, end);)
			end++;
		if (end > fd)
			close_range((unsigned)fd, (unsigned)end - 1, 0);
	}
	memset(fds.filler, 0, sizeof(fds.filler));
}

int drv_setup_begin(void)
{
	int rc = 0;

	pthread_mutex_lock(&fds.lock);
	if (fds.depth++)
		goto out;
	getrlimit(RLIMIT_NOFILE, &fds.nofile);
	getrlimit(RLIMIT_MEMLOCK, &fds.memlock);
	raise_nofile();
	memset(fds.old, 0, sizeof(fds.old));
	each_fd(mark_old, NULL);
	rc = occupy();
	if (rc < 0) {
		vacate();
		setrlimit(RLIMIT_NOFILE, &fds.nofile);
		fds.depth--;
	}
out:
	pthread_mutex_unlock(&fds.lock);
	return rc;
}

void drv_setup_end(void)
{
	int saved = errno;

	pthread_mutex_lock(&fds.lock);
	if (--fds.depth == 0) {
		vacate();
		each_fd(close_on_exec, NULL);
		setrlimit(RLIMIT_NOFILE, &fds.nofile);
		setrlimit(RLIMIT_MEMLOCK, &fds.memlock);
	}
	pthread_mutex_unlock(&fds.lock);
	errno = saved;
}

struct find {
	int after, found, all;
	int (*test)(int fd);
};

static void find_one(int fd, void *arg)
{
	struct find *f = arg;

	if (fd > f->after && (f->all || !bit_test(fds.old, fd)) &&
	    (f->found < 0 || fd < f->found) && f->test(fd))
		f->found = fd;
}

/* Those below are occupied, and too many to be listed each time. */
static void each_above(void (*fn)(int fd, void *arg), void *arg)
{
	int fd, closed = 0;

	for (fd = fds.base; closed < FD_ROOM; fd++) {
		if (fcntl(fd, F_GETFD) < 0) {
			closed++;
			continue;
		}
		closed = 0;
		fn(fd, arg);
	}
}

int fds_find_new(int after, int (*test)(int fd))
{
	struct find f = { .after = after, .found = -1, .test = test };

	each_above(find_one, &f);
	return f.found;
}

int fds_find(int after, int (*test)(int fd))
{
	struct find f = { .after = after, .found = -1, .all = 1, .test = test };

	each_above(find_one, &f);
	return f.found;
}

void fds_forget(int fd)
{
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	bit_set(fds.old, fd);
}

int fds_is_domain(int fd, int domain)
{
	int is = 0;
	socklen_t len = sizeof(is);

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &is, &len) == 0 &&
	       is == domain;
}
