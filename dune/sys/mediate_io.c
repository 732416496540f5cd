/* SPDX-License-Identifier: MIT */
/*
 * mediate_io.c - vectors, descriptors, waiting for descriptors
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <unistd.h>

#include "dune/host/fds.h"
#include "dune/host/host.h"
#include "dune/host/maps.h"
#include "dune/host/self.h"
#include "dune/mem/user.h"
#include "dune/sys/args.h"
#include "dune/sys/mediate.h"
#include "dune/sys/mediate_io.h"
#include "dune/sys/sigcalls.h"
#include "dune/sys/table.h"
#include "dune/task/threads.h"

/* --- vectors --- */

long iov_take(struct iovec *to, uint64_t from, uint64_t n, bool write)
{
	uint64_t i;

	if (n > IOV_MAX)
		return -EINVAL;
	if (user_get(to, from, n * sizeof(*to)))
		return -EFAULT;
	for (i = 0; i < n; i++) {
		uint64_t base = (uint64_t)to[i].iov_base;

		if ((int64_t)to[i].iov_len < 0)
			return -EINVAL;
		if (to[i].iov_len > COUNT_MAX)
			to[i].iov_len = COUNT_MAX;
		if (!(write ? user_range_writable :
			      user_range_ok)(base, to[i].iov_len))
			return -EFAULT;
	}
	return 0;
}

static long vector(struct dune_thread *t, const uint64_t a[6], bool write)
{
	struct iovec iov[IOV_MAX];
	uint64_t b[6];
	long ret = iov_take(iov, a[1], a[2], write);

	if (ret)
		return ret;
	memcpy(b, a, sizeof(b));
	b[1] = (uint64_t)iov;
	return forward(b, t->nr);
}

/* readv, preadv, preadv2 */
long sys_iov_out(struct dune_thread *t, const uint64_t a[6])
{
	return vector(t, a, true);
}

/* writev, pwritev, pwritev2, vmsplice: of the last, a pipe's reading end would
 * be read into the vector, so it has to be writable as well */
long sys_iov_in(struct dune_thread *t, const uint64_t a[6])
{
	return vector(t, a, t->nr == SYS_vmsplice);
}

/* --- the table of descriptors --- */

long sys_close_range(struct dune_thread *t, const uint64_t a[6])
{
	unsigned first = (unsigned)a[0], last = (unsigned)a[1];
	unsigned end = (unsigned)dune_config.hidden_fd_min;
	unsigned flags = (unsigned)a[2];

	(void)t;
	if (first > last)
		return -EINVAL;
	/* A table of its own would be without our descriptors. One that no other
	 * thread has is the caller's own already. */
	if (flags & CLOSE_RANGE_UNSHARE && !threads_one())
		return -EINVAL;
	flags &= ~(unsigned)CLOSE_RANGE_UNSHARE;
	if (first >= end)
		return flags & ~(unsigned)CLOSE_RANGE_CLOEXEC ? -EINVAL : 0;
	return host(SYS_close_range, first, last < end ? last : end - 1, flags);
}

static long use_call(const uint64_t a[6], long nr)
{
	long ret;

	fds_use_begin();
	ret = host_call(nr, a[0], a[1], a[2], 0, 0, 0);
	fds_use_end();
	return ret;
}

long sys_dup(struct dune_thread *t, const uint64_t a[6])
{
	return use_call(a, t->nr);
}

long sys_dup2(struct dune_thread *t, const uint64_t a[6])
{
	return use_call(a, t->nr);
}

long sys_dup3(struct dune_thread *t, const uint64_t a[6])
{
	return use_call(a, t->nr);
}

/* Is it this process that the descriptor names? -EBADF: it names none. */
static long names_us(int pidfd)
{
	char name[48], text[512];
	const char *pid;
	ssize_t n;
	int fd;

	snprintf(name, sizeof(name), "thread-self/fdinfo/%d", pidfd);
	fd = maps_proc_open(name, O_RDONLY);
	if (fd < 0)
		return -EBADF;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = 0;
	pid = strstr(text, "\nPid:");
	if (!pid)
		return -EBADF;
	return atol(pid + 5) == host(SYS_getpid, 0) ? 0 : -EPERM;
}

/* Of this process alone, where it is a dup(): another one may be an instance,
 * whose hidden descriptors have other numbers. */
long sys_pidfd_getfd(struct dune_thread *t, const uint64_t a[6])
{
	long ret = a[2] ? -EINVAL : names_us((int)a[0]);

	t->stats.refused += ret == -EPERM;
	if (ret)
		return ret;
	if (!fd_visible((int)a[1]))
		return -EBADF;
	fds_use_begin();
	ret = host(SYS_fcntl, (int)a[1], F_DUPFD_CLOEXEC, 0);
	fds_use_end();
	return ret;
}

static const struct fcntl_row {
	int cmd;
	struct arg arg; /* the third one */
} fcntls[] = {
	{ F_DUPFD, VAL },
	{ F_DUPFD_CLOEXEC, VAL },
	{ F_GETFD, VAL },
	{ F_SETFD, VAL },
	{ F_GETFL, VAL },
	{ F_SETFL, VAL },
	{ F_GETLK, INOUT(struct flock) },
	{ F_SETLK, IN(struct flock) },
	{ F_SETLKW, IN(struct flock) },
	{ F_OFD_GETLK, INOUT(struct flock) },
	{ F_OFD_SETLK, IN(struct flock) },
	{ F_OFD_SETLKW, IN(struct flock) },
	{ F_GETOWN, VAL },
	{ F_SETOWN, VAL },
	{ F_GETOWN_EX, OUT(struct f_owner_ex) },
	{ F_SETOWN_EX, IN(struct f_owner_ex) },
	{ F_GETSIG, VAL },
	{ F_SETSIG, VAL },
	{ F_GETLEASE, VAL },
	{ F_SETLEASE, VAL },
	{ F_NOTIFY, VAL },
	{ F_GETPIPE_SZ, VAL },
	{ F_SETPIPE_SZ, VAL },
	{ F_ADD_SEALS, VAL },
	{ F_GET_SEALS, VAL },
	{ F_GET_RW_HINT, OUT(uint64_t) },
	{ F_SET_RW_HINT, IN(uint64_t) },
	{ F_GET_FILE_RW_HINT, OUT(uint64_t) },
	{ F_SET_FILE_RW_HINT, IN(uint64_t) },
};

/* Who is signalled has to be there for the program. */
static bool owner_ok(const struct f_owner_ex *owner)
{
	return owner->type != F_OWNER_TID || !thread_hidden(owner->pid);
}

static long fcntl_copied(struct dune_thread *t, const uint64_t a[6],
			 const struct fcntl_row *row)
{
	struct copied copy;
	const uint64_t b[6] = { a[0], a[1], (uint64_t)copy.bytes };

	if (copied_take(&copy, a[2], &row->arg))
		return -EFAULT;
	if (row->cmd == F_SETOWN_EX && !owner_ok((const void *)copy.bytes))
		return -ESRCH;
	return copied_give(&copy, forward(b, t->nr));
}

long sys_fcntl(struct dune_thread *t, const uint64_t a[6])
{
	int cmd = (int)a[1];
	size_t i = 0;

	while (i < sizeof(fcntls) / sizeof(fcntls[0]) && fcntls[i].cmd != cmd)
		i++;
	if (i == sizeof(fcntls) / sizeof(fcntls[0]))
		return -EINVAL;
	if (cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC)
		return use_call(a, t->nr);
	/* the row lets hidden ones pass that may be duplicated */
	if ((int)a[0] >= 0 && !fd_visible((int)a[0]))
		return -EBADF;
	if (fcntls[i].arg.type == T_VAL)
		return forward(a, t->nr);
	return fcntl_copied(t, a, &fcntls[i]);
}

/* --- waiting --- */

#define POLL_STACK 256

/* A hidden descriptor is one that does not exist: POLLNVAL. */
static void hide_fds(struct pollfd *p, uint64_t n)
{
	uint64_t i;

	for (i = 0; i < n; i++)
		if (p[i].fd >= 0 && !fd_allowed(p[i].fd, DUNE_FD_POLL))
			p[i].fd = INT_MAX;
}

static int put_revents(uint64_t to, const struct pollfd *p, uint64_t n)
{
	uint64_t i;

	for (i = 0; i < n; i++)
		if (user_put(to + i * sizeof(*p) +
				     offsetof(struct pollfd, revents),
			     &p[i].revents, sizeof(p[i].revents)))
			return -EFAULT;
	return 0;
}

/* poll and ppoll, on a copy of the array: b[] are the arguments. */
static long poll_call(struct dune_thread *t, const uint64_t a[6],
		      const sigset_t *mask)
{
	struct pollfd some[POLL_STACK], *p = some;
	uint64_t b[6], n = (unsigned)a[1];
	struct rlimit limit;
	long ret;

	fds_get_limit(&limit);
	if (n > limit.rlim_cur)
		return -EINVAL;
	if (n > POLL_STACK && !(p = malloc(n * sizeof(*p))))
		return -ENOMEM;
	ret = user_get(p, a[0], n * sizeof(*p));
	if (!ret && n && !user_range_writable(a[0], n * sizeof(*p)))
		ret = -EFAULT;
	if (!ret) {
		hide_fds(p, n);
		memcpy(b, a, sizeof(b));
		b[0] = (uint64_t)p;
		ret = t->nr == SYS_poll ? forward(b, t->nr) :
					  dune_native_masked(t->nr, b, mask);
	}
	if (ret >= 0 && put_revents(a[0], p, n))
		ret = -EFAULT;
	if (p != some)
		free(p);
	return ret;
}

long sys_poll(struct dune_thread *t, const uint64_t a[6])
{
	return poll_call(t, a, NULL);
}

/* A signal mask of the program; *out is NULL if there is none. */
static int take_mask(uint64_t at, uint64_t size, sigset_t *mask,
		     const sigset_t **out)
{
	*out = NULL;
	if (!at)
		return 0;
	if (size != 8)
		return -EINVAL;
	memset(mask, 0, sizeof(*mask));
	*out = mask;
	return user_get(mask, at, 8);
}

long sys_ppoll(struct dune_thread *t, const uint64_t a[6])
{
	const sigset_t *m;
	sigset_t mask;
	int ret = take_mask(a[3], a[4], &mask, &m);

	return ret ? ret : poll_call(t, a, m);
}

long sys_select(struct dune_thread *t, const uint64_t a[6])
{
	return forward(a, t->nr);
}

long sys_pselect6(struct dune_thread *t, const uint64_t a[6])
{
	uint64_t pair[2] = { 0, 0 };
	const sigset_t *m;
	sigset_t mask;
	int ret;

	if (a[5] && user_get(pair, a[5], sizeof(pair)))
		return -EFAULT;
	ret = take_mask(pair[0], pair[1], &mask, &m);
	return ret ? ret : dune_native_masked(t->nr, a, m);
}

long sys_epoll_ctl(struct dune_thread *t, const uint64_t a[6])
{
	bool has = (int)a[1] != EPOLL_CTL_DEL;
	struct epoll_event event;

	(void)t;
	if (has && user_get(&event, a[3], sizeof(event)))
		return -EFAULT;
	return host(SYS_epoll_ctl, a[0], a[1], a[2], has ? &event : NULL);
}

/* epoll_pwait, epoll_pwait2 */
long sys_epoll_pwait(struct dune_thread *t, const uint64_t a[6])
{
	const sigset_t *m;
	sigset_t mask;
	int ret = take_mask(a[4], a[5], &mask, &m);

	return ret ? ret : dune_native_masked(t->nr, a, m);
}
