// SPDX-License-Identifier: MIT
/*
 * owner.c - the helper process that an instance lives as long as
 *
 * A fork of the program, made at start with the privileges of that moment. It
 * keeps nothing of the program but its memory image: no descriptors, no
 * terminal, no signals. It serves the control socket, watches the
 * program's processes, drives elastic threads that nobody drives, and takes
 * the devices down when all is over.
 *
 * System calls on descriptors are made directly at the start: the program may
 * have its own idea of close_range(), and its sockets are not ours to close.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/raw.h"
#include "base/timespec.h"
#include "control/host/owner/control.h"
#include "control/host/owner/duty.h"
#include "control/host/owner/ending.h"
#include "control/host/owner/keeper.h"
#include "control/host/owner/links.h"
#include "control/host/owner/owner.h"
#include "control/host/owner/reaper.h"
#include "control/host/owner/stuck.h"

#define EVENTS 32

static bool is_owner;

bool owner_is_self(void)
{
	return is_owner;
}

static void set_signals(void)
{
	static const int keep[] = { SIGSEGV, SIGBUS,  SIGILL, SIGFPE,
				    SIGABRT, SIGTRAP, SIGSYS };
	struct sigaction sa;
	sigset_t none;
	size_t i;
	int sig;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_IGN;
	for (sig = 1; sig < NSIG; sig++)
		sigaction(sig, &sa, NULL);
	sa.sa_handler = SIG_DFL;
	for (i = 0; i < sizeof(keep) / sizeof(keep[0]); i++)
		sigaction(keep[i], &sa, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

#define FD_BOUND 65536u /* of a kernel that closes one at a time */

static void drop_range(unsigned first, unsigned last)
{
	unsigned fd;

	if (first > last || raw_call(SYS_close_range, first, last, 0) == 0)
		return;
	for (fd = first; fd <= last && fd < FD_BOUND; fd++)
		raw_call(SYS_close, fd);
}

/* Every number that is not ours is the program's; report stays for now. */
static void drop_fds(const struct instance *in, unsigned report)
{
	unsigned end = (unsigned)in->fds.hidden_end, i;

	drop_range(0, (unsigned)in->fds.hidden_min - 1);
	if (report >= end) {
		drop_range(end, report - 1);
		end = report + 1;
	}
	drop_range(end, UINT_MAX);
	for (i = 0; i < 3; i++)
		raw_call(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR);
}

/*
 * A program that is bound to some CPUs wants them for itself: the owner runs
 * on the others, if there are any.
 */
static void make_way(void)
{
	size_t cpus = (size_t)sysconf(_SC_NPROCESSORS_CONF), i;
	cpu_set_t mine, rest;

	if (sched_getaffinity(0, sizeof(mine), &mine) < 0)
		return;
	CPU_ZERO(&rest);
	for (i = 0; i < cpus && i < CPU_SETSIZE; i++)
		if (!CPU_ISSET(i, &mine))
			CPU_SET(i, &rest);
	if (CPU_COUNT(&rest))
		sched_setaffinity(0, sizeof(rest), &rest);
}

static void become_owner(struct instance *in, unsigned report)
{
	make_way();
	setsid();
	set_signals();
	drop_fds(in, report);
	if (chdir("/") < 0)
		errno = 0;
	prctl(PR_SET_NAME, "ix-owner");
	lease_tid_reset();
}

static int work_init(struct owner *o)
{
	const struct ix_app_ops *app = o->in->app;
	struct epoll_event ev = { .events = EPOLLIN,
				  .data.u64 = owner_tag(EV_WORK, 0) };
	int fd = app && app->work_fd ? app->work_fd() : -1;

	return fd < 0 ? 0 : epoll_ctl(o->epfd, EPOLL_CTL_ADD, fd, &ev);
}

static int owner_init(struct owner *o, struct instance *in)
{
	struct epoll_event ev = { .events = EPOLLIN,
				  .data.u64 = owner_tag(EV_WAKE, 0) };
	unsigned i;

	o->in = in;
	o->kicked = true;
	o->keeper.fd = o->keeper.pidfd = -1;
	for (i = 0; i < INSTANCE_PROCS; i++)
		o->proc[i].pidfd = -2;
	o->epfd = epoll_create1(EPOLL_CLOEXEC);
	if (o->epfd < 0 ||
	    epoll_ctl(o->epfd, EPOLL_CTL_ADD, in->core.owner_wake_fd, &ev) < 0)
		return -errno;
	control_init(o);
	if (work_init(o) < 0)
		return -errno;
	return links_init(o);
}

/* What the program's side does here besides driving. */
static void work(struct owner *o)
{
	bool readable = o->work;

	o->work = false;
	if (o->in->app && o->in->app->work)
		o->busy = o->in->app->work(readable);
	else
		o->busy = (int)o->in->keeper_busy;
}

static void drain_wake(struct owner *o)
{
	uint64_t v;

	if (read(o->in->core.owner_wake_fd, &v, sizeof(v)) > 0)
		o->kicked = true;
}

static void handle_events(struct owner *o)
{
	struct epoll_event ev[EVENTS];
	int i, n = epoll_wait(o->epfd, ev, EVENTS, 0);

	for (i = 0; i < n; i++) {
		uint32_t index = (uint32_t)ev[i].data.u64;

		switch ((enum owner_event)(ev[i].data.u64 >> 32)) {
		case EV_WAKE:
			drain_wake(o);
			break;
		case EV_PROC:
			reaper_gone(o, index);
			break;
		case EV_WORK:
			o->work = true;
			break;
		case EV_LISTEN:
			control_accept(o);
			break;
		case EV_CLIENT:
			control_client(o, index);
			break;
		case EV_LINK:
			links_lost(o, index);
			break;
		case EV_KEEPER:
			keeper_gone(o);
			break;
		}
	}
}

/* Sleep on our own events and on the devices that we watch. */
static void owner_sleep(struct owner *o, uint64_t until)
{
	struct pollfd p[1 + IX_MAX_ETHREADS * IX_SLEEP_FDS];
	unsigned of[1 + IX_MAX_ETHREADS * IX_SLEEP_FDS];
	uint64_t now = clock_kernel_ns(), ns = until > now ? until - now : 0;
	struct timespec ts = ns_timespec((int64_t)ns);
	unsigned i, k, n = 1;

	p[0] = (struct pollfd){ .fd = o->epfd, .events = POLLIN };
	for (i = 0; i < o->in->core.nethreads; i++)
		for (k = 0; o->duty[i].state == DUTY_WATCH &&
			    k < o->duty[i].sleep.nfds;
		     k++) {
			p[n] = (struct pollfd){ .fd = o->duty[i].sleep.fds[k],
						.events = POLLIN };
			of[n++] = i;
		}
	if (ppoll(p, n, until == UINT64_MAX ? NULL : &ts, NULL) <= 0)
		return;
	for (i = 1; i < n; i++)
		if (p[i].revents)
			o->duty[of[i]].signalled = true;
	if (p[0].revents)
		handle_events(o);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void owner_loop(struct owner *o)
{
	uint64_t now, next;

	for (;;) {
		now = clock_kernel_ns();
		next = reaper_run(o, now);
		next = earlier(next, links_run(o, now));
		next = earlier(next, duty_run(o, now));
		next = earlier(next, control_expire(o, now));
		work(o);
		keeper_run(o);
		if (ending_is_over(o, now, &next))
			return;
		owner_sleep(o, next);
	}
}

static void take_down(struct instance *in)
{
	char name[16];

	unlinkat(in->run_fd, in->sock_name, 0);
	while (in->core.ndevs)
		drv_close(in->core.dev[--in->core.ndevs]);
	snprintf(name, sizeof(name), "net%d", in->number);
	if (in->number >= 0)
		unlinkat(in->run_fd, name, 0);
}

/*
 * Birth
 *
 * Not by libc's fork(): that runs what pthread_atfork() was given, which is the
 * program's and meant for its own forks. It may wait for threads that the child
 * does not have, or end in it. Nor is the owner a child that the program could
 * come across: the process in between ends at once. Unless it is the program that
 * orphans come to, as the first process of a container, say: it would wait for
 * one that does not end before it does itself. Then the owner stays its child,
 * but one without a signal to send at its end, so that only who asks for such
 * children (__WCLONE) can wait for it.
 *
 * What fork() does besides is to hold the locks of malloc() and stdio. Without
 * that a thread may have had one at that moment, which the child then waits for
 * for ever. So it takes each once before it says that it is there; if it does
 * not, it is made again.
 */
#define BIRTHS 5
#define BIRTH_MS 2000 /* for the first; twice as long for each other */
#define HEAP_SIZES 21 /* up to 1 MB */

static void take_each_lock(void)
{
	FILE *f = fopen("/dev/null", "re");
	unsigned i;

	(void)mallinfo2(); /* those of all arenas */
	for (i = 0; i < HEAP_SIZES; i++) {
		void *volatile p = malloc((size_t)1 << i);

		free(p);
	}
	if (f)
		fclose(f);
}

static void pass_on_advice(const struct instance *in)
{
	uint32_t i;

	for (i = 0; i < in->core.ndevs; i++)
		if (drv_advice(in->core.dev[i])[0])
			stuck_tell(in, drv_advice(in->core.dev[i]));
}

static _Noreturn void owner_main(struct instance *in, int report)
{
	struct owner *o;
	int rc;

	is_owner = true;
	in->owner = (pid_t)raw_call(SYS_getpid);
	take_each_lock();
	become_owner(in, (unsigned)report);
	o = mmap(NULL, sizeof(*o), PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	rc = o == MAP_FAILED ? -ENOMEM : owner_init(o, in);
	if (raw_call(SYS_write, report, &rc, sizeof(rc)) != sizeof(rc))
		rc = -EPIPE;
	raw_call(SYS_close, report);
	if (rc < 0)
		_exit(1);
	pass_on_advice(in);
	owner_loop(o);
	keeper_end(o);
	take_down(in);
	_exit(0);
}

/* What the child says within ms; -EAGAIN: nothing. */
static int hear(int report, int ms)
{
	struct timespec ts = { .tv_sec = ms / MSEC_PER_SEC };
	struct pollfd p = { .fd = report, .events = POLLIN };
	int rc;

	if (raw_call(SYS_ppoll, &p, 1, &ts, NULL, 0) <= 0)
		return -EAGAIN;
	return raw_call(SYS_read, report, &rc, sizeof(rc)) == sizeof(rc) ?
		       rc :
		       -ECHILD;
}

static bool inherits_orphans(void)
{
	int is = 0;

	return getpid() == 1 ||
	       (prctl(PR_GET_CHILD_SUBREAPER, &is, 0, 0, 0) == 0 && is);
}

/* 0, or -errno: there is none. */
static int fork_owner(struct instance *in, int report)
{
	bool stays = inherits_orphans();
	pid_t pid = raw_fork(0);
	int status = 0;

	if (pid == 0 && (stays || (pid = raw_fork(SIGCHLD)) == 0))
		owner_main(in, report);
	if (!stays && raw_call(SYS_getpid) != in->booter)
		raw_call(SYS_exit_group, pid < 0);
	if (pid < 0)
		return -errno;
	if (!stays)
		raw_call(SYS_wait4, pid, &status, __WCLONE, NULL);
	return status ? -EAGAIN : 0;
}

static void bury(const struct instance *in)
{
	if (in->owner <= 0)
		return;
	raw_call(SYS_kill, in->owner, SIGKILL);
	raw_call(SYS_wait4, in->owner, NULL, __WCLONE, NULL);
}

static int give_birth(struct instance *in, int ms)
{
	int pipe[2], rc;

	if (raw_call(SYS_pipe2, pipe, O_CLOEXEC) < 0)
		return -errno;
	in->owner = 0;
	rc = fork_owner(in, pipe[1]);
	raw_call(SYS_close, pipe[1]);
	if (rc == 0)
		rc = hear(pipe[0], ms);
	raw_call(SYS_close, pipe[0]);
	if (rc < 0)
		bury(in);
	return rc;
}

int owner_start(struct instance *in)
{
	int rc = -EAGAIN, i, ms = BIRTH_MS;
	sigset_t all, old;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	for (i = 0; i < BIRTHS && rc == -EAGAIN; i++, ms *= 2)
		rc = give_birth(in, ms);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc == -EAGAIN ? -ETIMEDOUT : rc;
}
