// SPDX-License-Identifier: MIT
/*
 * boot_fds.c - descriptors of ours, above all that the program can have
 *
 * They are one range of numbers without a gap, so that it is known of each
 * number whose it is. It begins above what the program may raise its limit to
 * (a descriptor stays valid when the limit sinks below it again). Who may not
 * raise the hard limit has ours at the top of it: a program that raises its
 * soft limit as far misses these numbers, and no others.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/host/boot/boot_fail.h"
#include "control/host/boot/boot_fds.h"
#include "control/host/boot/step.h"

#define BASE_MIN 64
/* Programs raise their limit to this and more (redis: 10,032). Each number costs
 * a start two calls, and every process the room in its table of descriptors. */
#define BASE_WANT 12288
#define BASE_MAX 32768
#define FDS_DPDK 64  /* EAL and devices */
#define FDS_OTHER 32 /* ours, but for the wake-ups */
#define WAKES_MIN 4
#define WAKES_FEW 16 /* where the numbers are the program's */

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

static rlim_t at_least(rlim_t a, rlim_t b)
{
	return a > b ? a : b;
}

/* The first number, above top, which is taken; 0: there is no room. */
static rlim_t choose_base(struct boot *b, rlim_t top)
{
	const rlim_t other = FDS_DPDK + FDS_OTHER;
	rlim_t base = at_least(at_least(b->nofile.rlim_cur, BASE_WANT), top);
	rlim_t have;

	if (base > BASE_MAX)
		base = at_least(BASE_MAX, top);
	have = raise_limit(base + other + IX_MAX_WAKES);
	b->nwake = IX_MAX_WAKES;
	if (have >= base + other + IX_MAX_WAKES)
		return base;
	b->nwake = WAKES_FEW;
	base = have > other + WAKES_FEW ? have - other - WAKES_FEW : 0;
	return base >= top ? base : 0;
}

int boot_limits(struct boot *b)
{
	int top = highest_fd() + 1;
	rlim_t base;

	if (getrlimit(RLIMIT_NOFILE, &b->nofile) < 0)
		return -errno;
	base = choose_base(b, (rlim_t)top);
	if (base < BASE_MIN || base > BASE_MAX) {
		boot_limits_restore(b);
		return boot_fail(b, -EMFILE,
				 "too few file descriptors (limit %lu, %d in "
				 "use): raise the limit (ulimit -n 1024)",
				 (unsigned long)b->nofile.rlim_cur, top);
	}
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

/* What was open during the start alone leaves gaps, which are nobody's. */
static void close_ranks(const struct ix_fds *own)
{
	int fd;

	for (fd = own->hidden_min; fd < own->hidden_end; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			dup3(own->placeholder[0], fd, O_CLOEXEC);
}

void boot_fds_done(struct boot *b)
{
	close_ranks(&b->in->fds);
	boot_fds_end(b);
}

/* After the last that stays. The numbers below are all taken for now. */
void boot_fds_count(struct boot *b)
{
	struct ix_fds *own = &b->in->fds;
	int fd = b->fd_base, closed = 0;

	own->hidden_min = own->hidden_end = fd;
	for (; closed < IX_MAX_WAKES; fd++) {
		closed = fcntl(fd, F_GETFD) < 0 ? closed + 1 : 0;
		if (!closed)
			own->hidden_end = fd + 1;
	}
}

int boot_wakes(struct boot *b)
{
	struct ix_fds *own = &b->in->fds;
	unsigned i;
	int fd;

	for (i = 0; i < b->nwake; i++) {
		fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC | EFD_SEMAPHORE);
		if (fd < 0)
			break;
		own->wake[i] = fd;
	}
	if (i < WAKES_MIN)
		return boot_fail(b, -EMFILE,
				 "too few file descriptors for wake-ups: raise "
				 "the limit (ulimit -n 1024)");
	own->nwake = i;
	fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	b->in->core.owner_wake_fd = fd;
	own->owner_wake = fd;
	own->call = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	own->call_all = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return own->call < 0 || own->call_all < 0 ? -errno : 0;
}

/* How the program hands connections to the owner. */
int boot_relay(struct boot *b)
{
	int *fd = b->in->fds.relay;

	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) < 0 ?
		       -errno :
		       0;
}

/* The owner reads; who else has that end would keep it open without. */
void boot_relay_done(struct boot *b)
{
	close(b->in->fds.relay[1]);
}

/* Sockets that are never used: their duplicates stand for the stack's, and are
 * of the same type, for the kernel answers calls about files. */
int boot_placeholder(struct boot *b)
{
	int *fd = b->in->fds.placeholder;

	fd[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	fd[1] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd[0] < 0 || fd[1] < 0)
		return -errno;
	b->in->proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	lease_set_proc(b->in->proc_fd);
	return 0;
}
