// SPDX-License-Identifier: MIT
/*
 * keeper.c - protected mode: the program's side's half of the owner
 *
 * The owner does not follow what lies in memory that ring 3 writes. What needs
 * that (whose sockets a killed process had, relays, the list of descriptors)
 * does the keeper: a fork of the owner that becomes a guest and runs the shim
 * in ring 3, without any privilege (nobody.c). It is no child of the program and
 * does not keep the instance alive by being there.
 *
 * Trust: what the keeper says is the program's word. It is not waited for but
 * for a bounded time.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/raw.h"
#include "control/host/instance/procs.h"
#include "control/host/owner/keeper.h"
#include "control/host/owner/nobody.h"
#include "control/host/owner/owner.h"

#define STARTS 5 /* it may be killed; it may be that it cannot run */
#define ANSWER_MS 2000

/* What the owner alone needs of the descriptors that are ours. */
static void drop_owners_fds(const struct instance *in)
{
	const int fds[] = { in->control_fd, in->run_fd, in->claim_fd,
			    in->stderr_fd };
	unsigned i;

	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			raw_call(SYS_close, fds[i]);
}

/* In the fork: the dataplane's descriptors, the channel as 0, nothing else. */
static _Noreturn void be_keeper(struct instance *in, int channel)
{
	unsigned top = (unsigned)in->fds.hidden_min;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "ix-keeper");
	lease_tid_reset();
	in->keeper = getpid();
	drop_owners_fds(in);
	if (getppid() == in->owner && dup2(channel, 0) == 0 &&
	    raw_call(SYS_close_range, 3, top - 1, 0) == 0)
		in->keep();
	_exit(1);
}

/*
 * Loaded, and not a single instruction of ring 3 executed: from here on it does
 * what a program likes that has written into the shared memory, one perhaps that
 * had given up root. A change of the user forgets that the owner's end is to be
 * ours: it is set again, and whether the owner lives is asked after that.
 */
int keeper_ready(void)
{
	const struct instance *in = instance_self();
	int rc = nobody_become(nobody_id(in->pid_ns, getpid()));

	if (rc == 0 && getppid() != in->owner)
		rc = -ESRCH;
	return rc;
}

void keeper_gone(struct owner *o)
{
	struct keeper *k = &o->keeper;

	if (k->fd >= 0)
		close(k->fd);
	if (k->pidfd >= 0)
		close(k->pidfd);
	k->fd = k->pidfd = -1;
	o->in->keeper = 0;
	o->in->keeper_busy = 0;
}

static void start(struct owner *o)
{
	struct epoll_event ev = { .events = EPOLLIN,
				  .data.u64 = owner_tag(EV_KEEPER, 0) };
	struct keeper *k = &o->keeper;
	int pair[2];
	pid_t pid;

	if (k->starts++ >= STARTS ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return;
	pid = _Fork(); /* without the handlers of who forks by libc */
	if (pid == 0)
		be_keeper(o->in, pair[1]);
	close(pair[1]);
	k->fd = pair[0];
	/* children are not waited for: it is gone as soon as it has ended */
	k->pidfd = pid < 0 ? -1 : (int)raw_call(SYS_pidfd_open, pid, 0);
	if (k->pidfd < 0 ||
	    epoll_ctl(o->epfd, EPOLL_CTL_ADD, k->pidfd, &ev) < 0)
		keeper_gone(o);
	else
		o->in->keeper = pid;
}

void keeper_run(struct owner *o)
{
	uint32_t how = __atomic_load_n(&o->in->keeper_how, __ATOMIC_RELAXED);

	if (!o->in->keep || o->keeper.fd >= 0)
		return;
	if (how > 1 + IX_KEEPER_SOON || (how && o->nprocs > 1))
		start(o);
}

void keeper_end(struct owner *o)
{
	if (o->keeper.pidfd >= 0)
		raw_call(SYS_pidfd_send_signal, o->keeper.pidfd, SIGKILL, NULL,
			 0);
	keeper_gone(o);
}

/* What we know of pid; NULL: it is no process of the program. */
static const struct watched *find(const struct owner *o, int pid)
{
	unsigned i;

	for (i = 0; i < o->in->proc_top; i++)
		if (pid > 0 && procs_pid(o->in, i) == (uint32_t)pid)
			return &o->proc[i];
	return NULL;
}

/* Then its number may be another's. */
static bool has_ended(const struct watched *w)
{
	struct pollfd p = { .fd = w->pidfd, .events = POLLIN };

	return w->gone || (w->pidfd >= 0 && poll(&p, 1, 0) > 0);
}

/* What the kernel says of them; the keeper may not look. Names of files are of
 * no interest, and may hold anything. */
static int list_fds(int pid)
{
	int list = memfd_create("ix-fds", MFD_CLOEXEC);
	char path[64], link[64];
	struct dirent *d;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = list < 0 ? NULL : opendir(path);
	while (dir && (d = readdir(dir))) {
		ssize_t n = readlinkat(dirfd(dir), d->d_name, link,
				       sizeof(link) - 1);

		link[n > 0 && link[0] != '/' ? n : 0] = 0;
		if (d->d_name[0] != '.')
			dprintf(list, "%s %s\n", d->d_name, link);
	}
	if (dir)
		closedir(dir);
	else if (list >= 0)
		close(list);
	return dir ? list : -ESRCH;
}

/* A pid, what is known, and where to print. */
static int ask(int to, int pid, int list, int out_fd)
{
	int fds[2] = { list, out_fd };
	char control[CMSG_SPACE(sizeof(fds))] = { 0 };
	struct iovec iov = { .iov_base = &pid, .iov_len = sizeof(pid) };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	lseek(list, 0, SEEK_SET);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(c), fds, sizeof(fds));
	return sendmsg(to, &m, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : 0;
}

int keeper_describe_fds(struct owner *o, int pid, int out_fd)
{
	const struct watched *w = find(o, pid);
	struct pollfd p;
	int rc, answer, list;

	if (!w)
		return -ESRCH;
	if (o->keeper.fd < 0)
		start(o);
	p = (struct pollfd){ .fd = o->keeper.fd, .events = POLLIN };
	if (p.fd < 0)
		return -ENOSYS;
	/* what was asked before and answered too late */
	while (recv(p.fd, &answer, sizeof(answer), MSG_DONTWAIT) > 0)
		;
	list = list_fds(pid);
	if (list < 0)
		return list;
	rc = has_ended(w) ? -ESRCH : ask(p.fd, pid, list, out_fd);
	close(list);
	if (rc < 0)
		return rc;
	if (poll(&p, 1, ANSWER_MS) <= 0 ||
	    recv(p.fd, &answer, sizeof(answer), MSG_DONTWAIT) != sizeof(answer))
		return -ETIMEDOUT;
	return answer < 0 ? answer : 0;
}
