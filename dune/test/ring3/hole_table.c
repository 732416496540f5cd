// SPDX-License-Identifier: MIT
/*
 * hole_table - each pointer argument of each allowed system call, aimed at
 * memory that is not the program's
 *
 * The cases are made from syscalls.def. Each has to fail (EFAULT, or what
 * Linux finds wrong before it looks at the pointer) and to leave the host's
 * memory as it was.
 */
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/stat.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <utime.h>

#include "hole.h"

enum arg_type {
	T_NONE,
	T_VAL,
	T_FD,
	T_COUNT,
	T_IN,
	T_OUT,
	T_PATH,
	T_LEN,
	T_FDSET,
	T_PTR
};
struct arg {
	enum arg_type type;
	size_t size;
};
struct row {
	const char *name;
	long nr;
	struct arg arg[6];
};

#define VAL              \
	{                \
		T_VAL, 0 \
	}
#define FD              \
	{               \
		T_FD, 0 \
	}
#define FD_FOR(use)     \
	{               \
		T_FD, 0 \
	}
#define DIRFD            \
	{                \
		T_VAL, 1 \
	}
#define COUNT              \
	{                  \
		T_COUNT, 0 \
	}
#define U32              \
	{                \
		T_VAL, 0 \
	}
#define IN(type)                   \
	{                          \
		T_IN, sizeof(type) \
	}
#define OUT(type)                   \
	{                           \
		T_OUT, sizeof(type) \
	}
#define INOUT(type)                 \
	{                           \
		T_OUT, sizeof(type) \
	}
#define TIMEOUT           \
	{                 \
		T_OUT, 16 \
	}
#define WORD                       \
	{                          \
		T_OUT, sizeof(int) \
	}
#define IN_N(n, type)              \
	{                          \
		T_IN, sizeof(type) \
	}
#define OUT_N(n, type)              \
	{                           \
		T_OUT, sizeof(type) \
	}
#define PATH              \
	{                 \
		T_PATH, 0 \
	}
#define STRING(max)       \
	{                 \
		T_PATH, 0 \
	}
#define LEN                        \
	{                          \
		T_LEN, sizeof(int) \
	}
#define OUT_LEN(n)       \
	{                \
		T_OUT, 1 \
	}
#define FDSET(n)           \
	{                  \
		T_FDSET, 0 \
	}
#define PTR              \
	{                \
		T_PTR, 0 \
	}
#define NATIVE(name, ...) { #name, SYS_##name, { __VA_ARGS__ } },
#define BLOCK(name, ...) { #name, SYS_##name, { __VA_ARGS__ } },
#define OWN(name, fn, ...) { #name, SYS_##name, { __VA_ARGS__ } },
#define DENY(name, err)
static const struct row rows[] = {
#include "../../syscalls.def"
};

/* Arguments that are numbers, where 0 would not do: the call would not come to
 * look at the pointer. */
static const struct fix {
	const char *name;
	int arg;
	uint64_t value;
} fixes[] = {
	{ "ioctl", 1, FIONREAD },
	{ "fcntl", 1, F_GETLK },
	{ "prctl", 0, PR_GET_NAME },
	{ "poll", 1, 2 },
	{ "ppoll", 1, 2 },
	{ "ppoll", 4, 8 },
	{ "select", 0, 8 },
	{ "pselect6", 0, 8 },
	{ "epoll_wait", 2, 2 },
	{ "epoll_pwait", 2, 2 },
	{ "epoll_pwait2", 2, 2 },
	{ "epoll_pwait", 5, 8 },
	{ "epoll_pwait2", 5, 8 },
	{ "epoll_ctl", 1, EPOLL_CTL_ADD },
	{ "epoll_ctl", 2, 0 },
	{ "signalfd", 0, UINT64_MAX },
	{ "signalfd", 2, 8 },
	{ "signalfd4", 0, UINT64_MAX },
	{ "signalfd4", 2, 8 },
	{ "readv", 2, 2 },
	{ "writev", 2, 2 },
	{ "preadv", 2, 2 },
	{ "pwritev", 2, 2 },
	{ "preadv2", 2, 2 },
	{ "pwritev2", 2, 2 },
	{ "vmsplice", 2, 2 },
	{ "bind", 2, 16 },
	{ "connect", 2, 16 },
	{ "sendto", 5, 16 },
	{ "sendmmsg", 2, 2 },
	{ "recvmmsg", 2, 2 },
	{ "setsockopt", 1, SOL_SOCKET },
	{ "setsockopt", 2, SO_RCVBUF },
	{ "setsockopt", 4, 4 },
	{ "getsockopt", 1, SOL_SOCKET },
	{ "getsockopt", 2, SO_RCVBUF },
	{ "socketpair", 0, AF_UNIX },
	{ "socketpair", 1, SOCK_STREAM },
	{ "semop", 2, 1 },
	{ "semtimedop", 2, 1 },
	{ "semctl", 2, IPC_STAT },
	{ "shmctl", 1, IPC_STAT },
	{ "msgctl", 1, IPC_STAT },
	{ "sched_setaffinity", 1, 8 },
	{ "sched_getaffinity", 1, 8 },
	{ "sched_getattr", 2, 48 },
	{ "sethostname", 1, 8 },
	{ "setdomainname", 1, 8 },
	{ "getgroups", 0, 64 },
	{ "setgroups", 0, 2 },
	{ "rt_sigaction", 0, SIGUSR1 },
	{ "rt_sigaction", 3, 8 },
	{ "rt_sigprocmask", 3, 8 },
	{ "rt_sigsuspend", 1, 8 },
	{ "rt_sigtimedwait", 3, 8 },
	{ "rt_sigpending", 1, 8 },
	{ "clone3", 1, 64 },
	{ "openat2", 3, 24 },
	{ "waitid", 3, 4 },
	{ "mincore", 1, 4096 },
	{ "mbind", 1, 4096 },
	{ "mbind", 2, 2 },
	{ "mbind", 4, 64 },
	{ "set_mempolicy", 0, 2 },
	{ "set_mempolicy", 2, 64 },
	{ "get_mempolicy", 2, 1024 },
	{ "statx", 3, 0x7ff },
	{ "clone", 0, 0x3d0f00 | 0x00100000 },
	{ "get_robust_list", 0, 0 },
	{ "arch_prctl", 0, 0x1003 }, /* ARCH_GET_FS */
	{ "futex", 1, FUTEX_WAIT },
	{ "futex", 2, 0 },
	{ "rt_tgsigqueueinfo", 0, 1 },
	{ "getitimer", 0, ITIMER_PROF },
	{ "setitimer", 0, ITIMER_PROF },
	{ "setrlimit", 0, RLIMIT_CORE },
	{ "prlimit64", 1, RLIMIT_CORE },
};

/* Pointers that nobody follows in this call, or that mean something else. */
static const struct fix unfollowed[] = {
	{ "set_tid_address", 0, 0 },
	{ "set_robust_list", 0, 0 },
	{ "prctl", 2, 0 },
	{ "prctl", 3, 0 },
	{ "prctl", 4, 0 },
	{ "clone", -1, 0 }, /* makes threads: thr_*.c */
	{ "clone3", -1, 0 },
	{ "futex", 4, 0 },	      /* not of FUTEX_WAIT */
	{ "rt_sigqueueinfo", -1, 0 }, /* sig_*.c */
	{ "mq_open", 3, 0 },	      /* without O_CREAT */
	{ "semop", -1, 0 },	      /* there is no set: hole_ipc below */
	{ "getcpu", 2, 0 },
	{ "clock_settime", -1, 0 },
	{ "signalfd", 0, 0 },
};

/* Not written here, and so not refused by Linux itself. */
static const struct fix unwritten[] = {
	{ "splice", -1, 0 },	     { "flistxattr", 1, 0 },
	{ "getgroups", 1, 0 },	     { "nanosleep", 1, 0 },
	{ "clock_nanosleep", 3, 0 },
};

static char *buffer; /* valid memory for the other arguments */
static int fd_file, fd_dir, fd_sock, fd_listen, fd_udp, fd_timer, fd_epoll,
	fd_inotify, fd_pipe, fd_mq;

static int fd_for(const char *name)
{
	static const struct {
		const char *name;
		int *fd;
	} special[] = {
		{ "getdents", &fd_dir },
		{ "getdents64", &fd_dir },
		{ "accept", &fd_listen },
		{ "accept4", &fd_listen },
		{ "recvfrom", &fd_udp },
		{ "sendto", &fd_udp },
		{ "recvmsg", &fd_udp },
		{ "sendmsg", &fd_sock },
		{ "recvmmsg", &fd_udp },
		{ "sendmmsg", &fd_sock },
		{ "getsockname", &fd_sock },
		{ "getpeername", &fd_sock },
		{ "bind", &fd_udp },
		{ "connect", &fd_udp },
		{ "getsockopt", &fd_sock },
		{ "setsockopt", &fd_sock },
		{ "timerfd_settime", &fd_timer },
		{ "timerfd_gettime", &fd_timer },
		{ "epoll_wait", &fd_epoll },
		{ "epoll_pwait", &fd_epoll },
		{ "epoll_pwait2", &fd_epoll },
		{ "epoll_ctl", &fd_epoll },
		{ "inotify_add_watch", &fd_inotify },
		{ "vmsplice", &fd_pipe },
		{ "mq_getsetattr", &fd_mq },
		{ "mq_timedsend", &fd_mq },
		{ "mq_timedreceive", &fd_mq },
	};
	size_t i;

	for (i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (!strcmp(special[i].name, name))
			return *special[i].fd;
	return fd_file;
}

static int is_listed(const struct fix *list, size_t n, const char *name,
		     int arg)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(list[i].name, name) &&
		    (list[i].arg == arg || list[i].arg == -1))
			return (int)i;
	return -1;
}

#define LISTED(list, name, arg) \
	is_listed(list, sizeof(list) / sizeof((list)[0]), name, arg)

static void defaults(const struct row *r, uint64_t a[6])
{
	int i, at;

	for (i = 0; i < 6; i++) {
		a[i] = 0;
		at = LISTED(fixes, r->name, i);
		switch (r->arg[i].type) {
		case T_FD:
			a[i] = (uint64_t)fd_for(r->name);
			break;
		case T_COUNT:
			a[i] = 64;
			break;
		case T_IN:
		case T_OUT:
		case T_LEN:
		case T_FDSET:
		case T_PTR:
			a[i] = (uint64_t)buffer + (size_t)i * 8192;
			break;
		case T_PATH:
			a[i] = (uint64_t) "/tmp/hole-none/x";
			break;
		default:
			a[i] = r->arg[i].size ? (uint64_t)AT_FDCWD : 0;
		}
		if (at >= 0)
			a[i] = fixes[at].value;
	}
	memset(buffer, 0, 6 * 8192);
	for (i = 0; i < 6; i++)
		if (r->arg[i].type == T_LEN)
			*(int *)a[i] = 64;
}

static int followed(enum arg_type type)
{
	return type == T_IN || type == T_OUT || type == T_PATH ||
	       type == T_LEN || type == T_FDSET || type == T_PTR;
}

static unsigned cases, wrong;

static void complain(const struct row *r, int i, const struct target *t,
		     const char *what, long ret)
{
	if (wrong++ < 20)
		fprintf(stderr, "%s, argument %d at %s: %s (%ld)\n", r->name, i,
			t->name, what, ret);
}

static void aim(const struct row *r, int i, const struct target *t)
{
	struct itimerval soon = { .it_value = { 0, 300000 } }, off = { 0 };
	uint64_t a[6];
	long ret;

	defaults(r, a);
	a[i] = t->addr;
	setitimer(ITIMER_REAL, &soon, NULL);
	ret = hole_call(r->nr, a);
	setitimer(ITIMER_REAL, &off, NULL);
	cases++;
	if (ret >= 0 &&
	    !(t->may_read && r->arg[i].type != T_OUT &&
	      r->arg[i].type != T_LEN) &&
	    LISTED(unfollowed, r->name, i) < 0)
		complain(r, i, t, "not refused", ret);
	if (!hole_intact())
		complain(r, i, t, "the host's memory has changed", ret);
}

/* NULL may mean that the argument is absent: it must not hurt. */
static void aim_null(const struct row *r, int i)
{
	static const char *skip[] = { "execve",	       "execveat",
				      "rt_sigsuspend", "rt_sigaction",
				      "settimeofday",  "clone",
				      "clone3" };
	static const struct target null = { "NULL", 0, 0, 1 };
	size_t k;

	for (k = 0; k < sizeof(skip) / sizeof(skip[0]); k++)
		if (!strcmp(skip[k], r->name))
			return;
	{
		struct itimerval soon = { .it_value = { 0, 50000 } },
				 off = { 0 };
		uint64_t a[6];

		defaults(r, a);
		a[i] = 0;
		setitimer(ITIMER_REAL, &soon, NULL);
		hole_call(r->nr, a);
		setitimer(ITIMER_REAL, &off, NULL);
		cases++;
		if (!hole_intact())
			complain(r, i, &null, "the host's memory has changed",
				 0);
	}
}

static void on_alarm(int sig)
{
	(void)sig;
}

static int prepare(void)
{
	struct sigaction act = { .sa_handler = on_alarm };
	char file[] = "/tmp/hole-XXXXXX";
	int pair[2], pipes[2];

	sigaction(SIGALRM, &act, NULL);
	sigaction(SIGPIPE, &act, NULL);
	buffer = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	fd_file = mkostemp(file, 0);
	unlink(file);
	if (fd_file < 0 || ftruncate(fd_file, 65536))
		return -1;
	fd_dir = open("/", O_RDONLY | O_DIRECTORY);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) || pipe(pipes))
		return -1;
	fd_sock = pair[0];
	fd_pipe = pipes[1];
	fd_listen = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	listen(fd_listen, 1);
	fd_udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	fd_timer = timerfd_create(CLOCK_MONOTONIC, 0);
	fd_epoll = epoll_create1(0);
	fd_inotify = inotify_init1(0);
	fd_mq = mq_open("/hole", O_CREAT | O_RDWR | O_NONBLOCK, 0600, NULL);
	return buffer == MAP_FAILED ? -1 : 0;
}

int main(int argc, char **argv)
{
	size_t i;
	unsigned k;
	int arg;

	hole_targets();
	if (prepare())
		return 2;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (argc > 1 && *argv[1] && strcmp(argv[1], rows[i].name))
			continue;
		for (arg = 0; arg < 6; arg++) {
			if (!followed(rows[i].arg[arg].type) ||
			    LISTED(unfollowed, rows[i].name, arg) >= 0 ||
			    (!hole_hosted &&
			     LISTED(unwritten, rows[i].name, arg) >= 0))
				continue;
			if (argc > 2)
				fprintf(stderr, "%s %d\n", rows[i].name, arg);
			for (k = 0; k < ntargets; k++)
				/* such a mask would block our alarm */
				if (!targets[k].may_read ||
				    strncmp(rows[i].name, "rt_sig", 6))
					aim(&rows[i], arg, &targets[k]);
			aim_null(&rows[i], arg);
		}
	}
	if (argc < 2 && cases < 500)
		wrong++;
	hole_verdict("pointers of system calls", cases, wrong);
	mq_unlink("/hole");
	return hole_failed;
}
