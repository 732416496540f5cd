// SPDX-License-Identifier: MIT
/*
 * owner.c - the helper process that an instance lives as long as
 *
 * A fork of the program, made at start with the privileges of that moment. It
 * keeps nothing of the program but its memory image: no descriptors, no
 * terminal, no signals, no parent. It serves the control socket, watches the
 * program's processes, drives elastic threads that nobody drives, and takes
 * the devices down when all is over.
 *
 * System calls on descriptors are made directly at the start: the program may
 * have its own idea of close_range(), and its sockets are not ours to close.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
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
#include "control/host/owner.h"

#define STACK 262144
#define EVENTS 32

/* Set in the parent around the fork, so that the child is born with it. */
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

/* Everything below our numbers is the program's. */
static void drop_fds(const struct instance *in)
{
	unsigned top = (unsigned)in->core.net.info.hidden_fd_min, fd;

	if (raw_call(SYS_close_range, 0, top - 1, 0) < 0)
		for (fd = 0; fd < top; fd++)
			raw_call(SYS_close, fd);
	for (fd = 0; fd < 3; fd++)
		raw_call(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR);
}

/*
 * A program that is bound to some CPUs wants them for itself: the owner runs
 * on the others, if there are any.
 */
static void make_way(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF), i;
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

static void become_owner(struct instance *in)
{
	make_way();
	setsid();
	set_signals();
	drop_fds(in);
	if (chdir("/") < 0)
		errno = 0;
	prctl(PR_SET_NAME, "ix-owner");
	lease_tid_reset();
	in->owner = getpid();
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
	struct timespec ts = { .tv_sec = (time_t)(ns / 1000000000),
			       .tv_nsec = (long)(ns % 1000000000) };
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

struct birth {
	struct instance *in;
	pid_t (*fork)(void);
	int pipe[2];
};

static _Noreturn void owner_main(struct birth *b)
{
	struct owner *o;
	int rc;

	become_owner(b->in);
	o = mmap(NULL, sizeof(*o), PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	rc = o == MAP_FAILED ? -ENOMEM : owner_init(o, b->in);
	if (raw_call(SYS_write, b->pipe[1], &rc, sizeof(rc)) != sizeof(rc))
		rc = -EPIPE;
	raw_call(SYS_close, b->pipe[0]);
	raw_call(SYS_close, b->pipe[1]);
	if (rc < 0)
		_exit(1);
	owner_loop(o);
	keeper_end(o);
	take_down(b->in);
	_exit(0);
}

/*
 * Runs as a process of its own that shares our memory, while we wait; its fork
 * is the owner. So the program gets no child to wait for and no SIGCHLD, and
 * libc's fork puts its locks right.
 */
static int midwife(void *arg)
{
	struct birth *b = arg;
	pid_t pid = b->fork();

	if (pid == 0)
		owner_main(b);
	return pid < 0 ? errno : 0;
}

/* libc's own, whoever else has one of that name. */
static void *libc_symbol(const char *name)
{
	void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
	void *p = libc ? dlsym(libc, name) : NULL;

	if (libc)
		dlclose(libc);
	return p;
}

static int run_midwife(struct birth *b)
{
	sigset_t all, old;
	int status = 0, rc = 0;
	char *stack;
	pid_t pid;

	stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED)
		return -ENOMEM;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	is_owner = true;
	pid = clone(midwife, stack + STACK, CLONE_VM | CLONE_VFORK, b);
	is_owner = false;
	if (pid < 0)
		rc = -errno;
	else if (raw_call(SYS_wait4, pid, &status, __WCLONE, NULL) == pid)
		rc = -WEXITSTATUS(status);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	munmap(stack, STACK);
	return rc;
}

int owner_start(struct instance *in)
{
	struct birth b = { .in = in };
	int rc, status;

	*(void **)&b.fork = libc_symbol("fork");
	if (!b.fork)
		return -ENOSYS;
	if (raw_call(SYS_pipe2, b.pipe, O_CLOEXEC) < 0)
		return -errno;
	rc = run_midwife(&b);
	raw_call(SYS_close, b.pipe[1]);
	if (rc == 0 && raw_call(SYS_read, b.pipe[0], &status, sizeof(status)) !=
			       sizeof(status))
		rc = -ECHILD;
	else if (rc == 0)
		rc = status;
	raw_call(SYS_close, b.pipe[0]);
	return rc;
}
