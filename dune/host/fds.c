/* SPDX-License-Identifier: MIT */
/*
 * fds.c - the descriptors that the program has, and those that it has not
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <linux/capability.h>
#include <unistd.h>

#include "dune/host/fds.h"
#include "dune/host/host.h"
#include "dune/host/self.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static struct rlimit limit; /* the program's */
static rlim_t hard;	    /* the process's, which stays as it is */

#define ROOM 4096 /* for descriptors of ours: each vCPU has one */

bool fd_visible(int fd)
{
	return fd >= 0 && fd < dune_config.hidden_fd_min;
}

bool fd_allowed(int fd, unsigned use)
{
	unsigned i;

	if (fd_visible(fd))
		return true;
	for (i = 0; i < dune_config.nfds; i++)
		if (dune_config.fds[i].fd == fd)
			return dune_config.fds[i].use & use;
	return false;
}

/* The process's soft limit: the program's, or all that there is. */
static int set_soft(bool all)
{
	struct rlimit r = { .rlim_cur = limit.rlim_cur, .rlim_max = hard };

	if (r.rlim_cur > (rlim_t)dune_config.hidden_fd_min)
		r.rlim_cur = (rlim_t)dune_config.hidden_fd_min;
	if (all)
		r.rlim_cur = hard;
	return (int)host(SYS_prlimit64, 0, RLIMIT_NOFILE, &r);
}

static void before_fork(void)
{
	pthread_rwlock_wrlock(&lock);
}

static void after_fork(void)
{
	pthread_rwlock_unlock(&lock);
}

static void after_fork_child(void)
{
	lock = (pthread_rwlock_t)PTHREAD_RWLOCK_INITIALIZER;
}

/* Who may not raise it makes do with fewer threads. */
static void raise_hard(void)
{
	const struct rlimit want = {
		.rlim_cur = limit.rlim_cur,
		.rlim_max = (rlim_t)dune_config.hidden_fd_min + ROOM,
	};

	hard = limit.rlim_max;
	if (hard < want.rlim_max &&
	    !host(SYS_prlimit64, 0, RLIMIT_NOFILE, &want))
		hard = want.rlim_max;
}

int fds_start(void)
{
	long ret = host(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, &limit);

	if (ret)
		return (int)ret;
	raise_hard();
	if (hard <= (rlim_t)dune_config.hidden_fd_min)
		return -EMFILE;
	if (limit.rlim_cur > (rlim_t)dune_config.hidden_fd_min)
		limit.rlim_cur = (rlim_t)dune_config.hidden_fd_min;
	limit.rlim_max = (rlim_t)dune_config.hidden_fd_min;
	ret = set_soft(false);
	if (!ret)
		ret = -pthread_atfork(before_fork, after_fork,
				      after_fork_child);
	return (int)ret;
}

void fds_hide_begin(void)
{
	pthread_rwlock_wrlock(&lock);
	set_soft(true);
}

int fds_hide(int fd)
{
	long ret =
		host(SYS_fcntl, fd, F_DUPFD_CLOEXEC, dune_config.hidden_fd_min);

	host(SYS_close, fd);
	return (int)ret;
}

void fds_hide_end(void)
{
	set_soft(false);
	pthread_rwlock_unlock(&lock);
}

int fds_hide_one(int fd)
{
	int ret;

	fds_hide_begin();
	ret = fds_hide(fd);
	fds_hide_end();
	return ret;
}

void fds_use_begin(void)
{
	pthread_rwlock_rdlock(&lock);
}

void fds_use_end(void)
{
	pthread_rwlock_unlock(&lock);
}

void fds_get_limit(struct rlimit *out)
{
	pthread_rwlock_rdlock(&lock);
	*out = limit;
	pthread_rwlock_unlock(&lock);
}

static bool may_raise(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

	return !host(SYS_capget, &h, d) &&
	       (d[0].effective & 1u << CAP_SYS_RESOURCE);
}

int fds_set_limit(const struct rlimit *want)
{
	int ret = -EPERM;

	if (want->rlim_cur > want->rlim_max)
		return -EINVAL;
	pthread_rwlock_wrlock(&lock);
	if (want->rlim_max <= limit.rlim_max || may_raise()) {
		limit = *want;
		ret = set_soft(false);
	}
	pthread_rwlock_unlock(&lock);
	return ret;
}
