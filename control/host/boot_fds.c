// SPDX-License-Identifier: MIT
/*
 * boot_fds.c - descriptors of ours, above all that the program can have
 *
 * Numbers from the program's own soft limit on: a descriptor stays valid when
 * the limit sinks below it again, and the program can neither get that number
 * nor will it close it when it closes "all" of them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/host/boot.h"

#define BASE_MIN 64
/* A protected program gets no number beyond ours, so that one which raises its
 * limit (redis: to 10,032) needs the room before. Each costs a start two calls. */
#define BASE_PROTECTED 12288
#define BASE_MAX 32768 /* a table of descriptors is as long as the highest */
#define FDS_DPDK 64    /* EAL and devices */
#define FDS_OTHER 32   /* ours, but for the wake-ups */
#define WAKES_MIN 4

static int highest_fd(void)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;
	int fd, top = 2;

	while (d && (e = readdir(d))) {
		fd = atoi(e->d_name);
		if (fd > top && fd != dirfd(d))
			top = fd;
	}
	if (d)
		closedir(d);
	return top;
}

/* Raise the soft limit, and the hard one if we may, to want. */
static rlim_t raise_limit(rlim_t want)
{
	struct rlimit r;

	getrlimit(RLIMIT_NOFILE, &r);
	if (r.rlim_cur >= want)
		return want;
	r.rlim_cur = want;
	if (r.rlim_max < want)
		r.rlim_max = want;
	if (setrlimit(RLIMIT_NOFILE, &r) == 0)
		return want;
	getrlimit(RLIMIT_NOFILE, &r);
	r.rlim_cur = r.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &r) == 0)
		return r.rlim_cur;
	getrlimit(RLIMIT_NOFILE, &r);
	return r.rlim_cur;
}

int boot_limits(struct boot *b)
{
	const rlim_t need = FDS_DPDK + FDS_OTHER + IX_MAX_WAKES;
	int top = highest_fd() + 1;
	rlim_t base, have;

	if (getrlimit(RLIMIT_NOFILE, &b->nofile) < 0)
		return -errno;
	base = b->nofile.rlim_cur;
	if (b->args->flags & IX_BOOT_PROTECTED && base < BASE_PROTECTED)
		base = b->nofile.rlim_max < BASE_PROTECTED ?
			       b->nofile.rlim_max :
			       BASE_PROTECTED;
	if (base > BASE_MAX)
		base = BASE_MAX;
	if (base < (rlim_t)top)
		base = (rlim_t)top;
	have = raise_limit(base + need);
	b->nwake = IX_MAX_WAKES;
	if (have < base + need) {
		/* the numbers have to come from the program's */
		base = have > 2 * need ? have - need : have / 2;
		b->nwake =
			have - base > FDS_DPDK + FDS_OTHER + WAKES_MIN ?
				(unsigned)(have - base - FDS_DPDK - FDS_OTHER) :
				WAKES_MIN;
		if (b->nwake > IX_MAX_WAKES)
			b->nwake = IX_MAX_WAKES;
	}
	if (base < BASE_MIN || base > BASE_MAX || base < (rlim_t)top)
		return boot_fail(b, -EMFILE,
				 "too few file descriptors (limit %lu, %d in "
				 "use): raise the limit (ulimit -n 1024)",
				 (unsigned long)b->nofile.rlim_cur, top);
	b->fd_base = (int)base;
	return 0;
}

void boot_limits_restore(struct boot *b)
{
	setrlimit(RLIMIT_NOFILE, &b->nofile);
}

/* From here on all new descriptors get numbers of ours. */
int boot_fds_begin(struct boot *b)
{
	int rc = drv_setup_begin();

	if (rc < 0)
		return boot_fail(b, rc, "cannot reserve file descriptors: %s",
				 strerror(-rc));
	b->fd_base = drv_fd_base();
	return 0;
}

void boot_fds_end(struct boot *b)
{
	(void)b;
	drv_setup_end();
}

int boot_wakes(struct boot *b)
{
	struct ix_info *info = &b->in->core.net.info;
	unsigned i;
	int fd;

	for (i = 0; i < b->nwake; i++) {
		fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		if (fd < 0)
			break;
		info->wake_fd[i] = fd;
	}
	if (i < WAKES_MIN)
		return boot_fail(b, -EMFILE,
				 "too few file descriptors for wake-ups: raise "
				 "the limit (ulimit -n 1024)");
	info->nwake = i;
	info->hidden_fd_min = b->fd_base;
	fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	b->in->core.owner_wake_fd = fd;
	info->owner_wake_fd = fd;
	info->call_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return info->call_fd < 0 ? -errno : 0;
}

/* How the program hands connections to the owner. */
int boot_relay(struct boot *b)
{
	int *fd = b->in->core.net.info.relay_fd;

	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) < 0 ?
		       -errno :
		       0;
}

/* The owner reads; who else has that end would keep it open without. */
void boot_relay_done(struct boot *b)
{
	close(b->in->core.net.info.relay_fd[1]);
}

/* A socket that is never used: its duplicates stand for the stack's. */
int boot_placeholder(struct boot *b)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	b->in->core.net.info.placeholder_fd = fd;
	b->in->proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	lease_set_proc(b->in->proc_fd);
	return 0;
}
