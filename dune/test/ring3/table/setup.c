// SPDX-License-Identifier: MIT
/*
 * setup - descriptors, identifiers and numbers that make a call come as far as
 * its pointers
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>

#include "../hole.h"
#include "table.h"

int setup_fds_end;

static uint64_t fd_file, fd_other, fd_dir, fd_sock, fd_peer, fd_listen, fd_udp,
	fd_tcp, fd_client, fd_timer, fd_epoll, fd_inotify, fd_pipe, fd_pipe_out,
	fd_mq, fd_pty, fd_pidfd, fd_random;
/* A file, and one that may be executed and is in no format. */
static char path[64], program[64];
static char place[64]; /* the working directory */
static uint64_t id_msg, id_sem, id_shm, id_msg_set, id_timer, pid, tid, device,
	memory;

/* Numbers for arguments, where 0 (or for a descriptor, the file) would not do.
 * `from` is for what is known when it runs only. */
static const struct number {
	const char *who; /* see matches() */
	int arg;
	uint64_t value;
	const uint64_t *from;
} numbers[] = {
	{ "ppoll", 1, 2, NULL },
	{ "poll", 1, 2, NULL },
	{ "ppoll", 4, 8, NULL },
	{ "select", 0, 8, NULL },
	{ "pselect6", 0, 8, NULL },
	{ "epoll_wait", 2, 2, NULL },
	{ "epoll_pwait", 2, 2, NULL },
	{ "epoll_pwait2", 2, 2, NULL },
	{ "epoll_pwait", 5, 8, NULL },
	{ "epoll_pwait2", 5, 8, NULL },
	{ "epoll_ctl", 1, EPOLL_CTL_MOD, NULL },
	{ "epoll_ctl", 2, 0, &fd_sock },
	{ "signalfd", 0, UINT64_MAX, NULL },
	{ "signalfd", 2, 8, NULL },
	{ "signalfd4", 0, UINT64_MAX, NULL },
	{ "signalfd4", 2, 8, NULL },
	{ "readv", 2, 2, NULL },
	{ "writev", 2, 2, NULL },
	{ "preadv", 2, 2, NULL },
	{ "pwritev", 2, 2, NULL },
	{ "preadv2", 2, 2, NULL },
	{ "pwritev2", 2, 2, NULL },
	{ "vmsplice", 2, 2, NULL },
	{ "vmsplice", 3, 2, NULL }, /* SPLICE_F_NONBLOCK */
	{ "bind", 2, 16, NULL },
	{ "connect", 2, 16, NULL },
	{ "sendto", 5, 16, NULL },
	{ "sendmmsg", 2, 2, NULL },
	{ "recvmmsg", 2, 2, NULL },
	{ "setsockopt", 1, SOL_SOCKET, NULL },
	{ "setsockopt SO_ATTACH", 4, sizeof(struct sock_fprog), NULL },
	{ "setsockopt", 4, 4, NULL },
	{ "getsockopt", 1, SOL_SOCKET, NULL },
	{ "socketpair", 0, AF_UNIX, NULL },
	{ "socketpair", 1, SOCK_STREAM, NULL },
	{ "semop", 0, 0, &id_sem },
	{ "semtimedop", 0, 0, &id_sem },
	{ "semop", 1, 1, NULL },
	{ "semop", 2, 1, NULL },
	{ "semtimedop", 2, 1, NULL },
	{ "semctl", 0, 0, &id_sem },
	{ "shmctl", 0, 0, &id_shm },
	{ "msgctl", 0, 0, &id_msg_set },
	{ "msgsnd", 0, 0, &id_msg },
	{ "msgrcv", 0, 0, &id_msg },
	{ "msgsnd", 3, IPC_NOWAIT, NULL },
	{ "msgrcv", 4, IPC_NOWAIT, NULL },
	{ "sched_setaffinity", 1, 8, NULL },
	{ "sched_getaffinity", 1, 128, NULL },
	{ "sched_getattr", 2, 48, NULL },
	{ "sethostname", 1, 8, NULL },
	{ "setdomainname", 1, 8, NULL },
	{ "getgroups", 0, 64, NULL },
	{ "setgroups", 0, 2, NULL },
	{ "rt_sigaction", 0, SIGUSR1, NULL },
	{ "rt_sigaction", 3, 8, NULL },
	{ "rt_sigprocmask", 3, 8, NULL },
	{ "rt_sigsuspend", 1, 8, NULL },
	{ "rt_sigtimedwait", 3, 8, NULL },
	{ "rt_sigpending", 1, 8, NULL },
	{ "rt_sigqueueinfo", 0, 0, &pid },
	{ "rt_tgsigqueueinfo", 0, 0, &pid },
	{ "rt_tgsigqueueinfo", 1, 0, &tid },
	{ "clone3", 1, 88, NULL },
	{ "openat2", 3, 24, NULL },
	{ "waitid", 3, WEXITED | WNOHANG | WNOWAIT, NULL },
	{ "wait4", 0, UINT64_MAX, NULL },
	{ "wait4", 2, WNOHANG, NULL },
	{ "mincore", 0, 0, &memory },
	{ "mincore", 1, 8192, NULL },
	{ "mbind", 0, 0, &memory },
	{ "mbind", 1, 4096, NULL },
	{ "mbind", 2, 2, NULL }, /* MPOL_BIND */
	{ "mbind", 4, 64, NULL },
	{ "set_mempolicy", 0, 2, NULL },
	{ "set_mempolicy", 2, 64, NULL },
	{ "get_mempolicy", 2, 1024, NULL },
	{ "statx", 3, 0x7ff, NULL },
	{ "clone", 0,
	  CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID |
		  SIGCHLD,
	  NULL },
	{ "getitimer", 0, ITIMER_PROF, NULL },
	{ "setitimer", 0, ITIMER_PROF, NULL },
	{ "setrlimit", 0, RLIMIT_CORE, NULL },
	{ "prlimit64", 1, RLIMIT_CORE, NULL },
	{ "getdents", 0, 0, &fd_dir },
	{ "getdents64", 0, 0, &fd_dir },
	{ "getdents", 2, 512, NULL },
	{ "getdents64", 2, 512, NULL },
	{ "accept", 0, 0, &fd_listen },
	{ "accept4", 0, 0, &fd_listen },
	{ "recvfrom", 0, 0, &fd_udp },
	{ "sendto", 0, 0, &fd_udp },
	{ "recvmsg", 0, 0, &fd_udp },
	{ "sendmsg", 0, 0, &fd_udp },
	{ "recvmmsg", 0, 0, &fd_udp },
	{ "sendmmsg", 0, 0, &fd_udp },
	{ "recvfrom", 3, MSG_DONTWAIT, NULL },
	{ "recvmsg", 2, MSG_DONTWAIT, NULL },
	{ "recvmmsg", 3, MSG_DONTWAIT, NULL },
	{ "getsockname", 0, 0, &fd_sock },
	{ "getpeername", 0, 0, &fd_sock },
	{ "bind", 0, 0, &fd_tcp },
	{ "connect", 0, 0, &fd_tcp },
	{ "getsockopt", 0, 0, &fd_sock },
	{ "setsockopt", 0, 0, &fd_udp },
	{ "timerfd_settime", 0, 0, &fd_timer },
	{ "timerfd_gettime", 0, 0, &fd_timer },
	{ "epoll_wait", 0, 0, &fd_epoll },
	{ "epoll_pwait", 0, 0, &fd_epoll },
	{ "epoll_pwait2", 0, 0, &fd_epoll },
	{ "epoll_ctl", 0, 0, &fd_epoll },
	{ "inotify_add_watch", 0, 0, &fd_inotify },
	{ "vmsplice", 0, 0, &fd_pipe },
	{ "sendfile", 0, 0, &fd_sock },
	{ "sendfile", 1, 0, &fd_file },
	{ "sendfile", 3, 64, NULL },
	{ "copy_file_range", 2, 0, &fd_other },
	{ "copy_file_range", 4, 64, NULL },
	{ "splice to", 0, 0, &fd_pipe_out },
	{ "splice to", 2, 0, &fd_file },
	{ "splice", 2, 0, &fd_pipe },
	{ "splice", 4, 64, NULL },
	{ "splice", 5, 2, NULL }, /* SPLICE_F_NONBLOCK */
	{ "mq_getsetattr", 0, 0, &fd_mq },
	{ "mq_timedsend", 0, 0, &fd_mq },
	{ "mq_timedreceive", 0, 0, &fd_mq },
	{ "pidfd_send_signal", 0, 0, &fd_pidfd },
	{ "ioctl SIOCATMARK", 0, 0, &fd_tcp },
	{ "ioctl SIOCOUTQNSD", 0, 0, &fd_client },
	{ "ioctl SIOC", 0, 0, &fd_udp },
	{ "ioctl FIOGETOWN", 0, 0, &fd_udp },
	{ "ioctl FIOSETOWN", 0, 0, &fd_udp },
	{ "ioctl TC", 0, 0, &fd_pty },
	{ "ioctl TIOC", 0, 0, &fd_pty },
	{ "ioctl RND", 0, 0, &fd_random },
	{ "futex", 5, 1, NULL },
	{ "inotify_add_watch", 2, IN_CLOSE_WRITE, NULL },
	{ "timer_settime", 0, 0, &id_timer },
	{ "timer_gettime", 0, 0, &id_timer },
	{ "ustat", 0, 0, &device },
	{ "mq_open", 1, O_CREAT | O_RDWR, NULL },
	{ "mq_open", 2, 0600, NULL },
};

bool matches(const char *who, const struct variant *v)
{
	size_t len = strlen(v->row->name);

	if (strncmp(who, v->row->name, len))
		return false;
	who += len;
	return !*who ||
	       (*who == ' ' && !strncmp(who + 1, v->name, strlen(who + 1)));
}

uint64_t number_for(const struct variant *v, int arg)
{
	size_t i;

	if (arg == v->select)
		return v->selected;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i].arg == arg && matches(numbers[i].who, v))
			return numbers[i].from ? *numbers[i].from :
						 numbers[i].value;
	switch (v->arg[arg].type) {
	case T_FD:
		return fd_file;
	case T_DIRFD:
		return (uint64_t)AT_FDCWD;
	case T_COUNT:
		return 64;
	}
	return 0;
}

const char *string_for(const struct variant *v, int arg)
{
	if (v->arg[arg].type == T_STRING)
		return "user.hole";
	switch (v->row->nr) {
	case SYS_execve:
	case SYS_execveat:
		return program;
	case SYS_unlink:
	case SYS_unlinkat:
	case SYS_rename:
	case SYS_renameat:
	case SYS_renameat2:
		return "/tmp/hole-none/x";
	case SYS_readlink:
	case SYS_readlinkat:
		return "/proc/self/exe";
	}
	return path;
}

/* --- before and after --- */

/* One that is not bound nor connected. */
static void fresh_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	dup2(fd, (int)fd_tcp);
	close(fd);
}

/* What is received holds the host's addresses, for a structure that is
 * overwritten by it. */
static void hostile_bytes(uint64_t words[8])
{
	int i;

	for (i = 0; i < 8; i++)
		words[i] = i & 1 ? 64 : targets[0].addr;
}

static void to_receive(void)
{
	uint64_t words[8];
	struct sockaddr_in self;
	socklen_t len = sizeof(self);
	int i;

	hostile_bytes(words);
	if (getsockname((int)fd_udp, (struct sockaddr *)&self, &len))
		return;
	for (i = 0; i < 2; i++)
		sendto((int)fd_udp, words, sizeof(words), MSG_DONTWAIT,
		       (struct sockaddr *)&self, len);
}

/* The second of them finds when the first packet came. */
static void received(void)
{
	char some[64];

	to_receive();
	while (recv((int)fd_udp, some, sizeof(some), MSG_DONTWAIT) > 0)
		;
}

/* A client of the listening socket. */
static void to_accept(void)
{
	struct sockaddr_in to;
	socklen_t len = sizeof(to);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (!getsockname((int)fd_listen, (struct sockaddr *)&to, &len))
		connect(fd, (struct sockaddr *)&to, len);
	dup2(fd, (int)fd_client);
	close(fd);
}

/* A child that has ended; waitid() leaves it as it is. */
static void to_wait(void)
{
	siginfo_t info = { .si_pid = 0 };
	pid_t child;

	if (!waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) &&
	    info.si_pid)
		return;
	child = fork();
	if (!child)
		_exit(0);
	while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) &&
	       errno == EINTR)
		;
}

/* Blocked here: see unblock(). */
static void to_sigwait(void)
{
	raise(SIGUSR2);
}

static void to_msgrcv(void)
{
	uint64_t message[9] = { 1 };

	hostile_bytes(message + 1);
	msgsnd((int)id_msg, message, 64, IPC_NOWAIT);
}

static void to_mq_receive(void)
{
	uint64_t words[8];

	hostile_bytes(words);
	mq_send((mqd_t)fd_mq, (char *)words, sizeof(words), 0);
}

static void from_start(void)
{
	lseek((int)fd_file, 0, SEEK_SET);
}

static void dir_from_start(void)
{
	lseek((int)fd_dir, 0, SEEK_SET);
}

static void empty_pipe(void)
{
	char some[4096];

	while (read((int)fd_pipe_out, some, sizeof(some)) > 0)
		;
}

static void drained(void)
{
	char some[4096];

	while (recv((int)fd_peer, some, sizeof(some), MSG_DONTWAIT) > 0)
		;
}

static void mq_drained(void)
{
	char some[64];

	while (mq_receive((mqd_t)fd_mq, some, sizeof(some), NULL) > 0)
		;
}

static void msg_drained(void)
{
	uint64_t message[9];

	while (msgrcv((int)id_msg, message, 64, 0, IPC_NOWAIT) > 0)
		;
}

void setup_before(const struct variant *v)
{
	static const struct {
		long nr;
		void (*fn)(void);
	} hooks[] = {
		{ SYS_accept, to_accept },
		{ SYS_accept4, to_accept },
		{ SYS_wait4, to_wait },
		{ SYS_waitid, to_wait },
		{ SYS_rt_sigtimedwait, to_sigwait },
		{ SYS_recvfrom, to_receive },
		{ SYS_recvmsg, to_receive },
		{ SYS_recvmmsg, to_receive },
		{ SYS_msgrcv, to_msgrcv },
		{ SYS_msgsnd, msg_drained },
		{ SYS_mq_timedreceive, to_mq_receive },
		{ SYS_mq_timedsend, mq_drained },
		{ SYS_read, from_start },
		{ SYS_readv, from_start },
		{ SYS_getdents, dir_from_start },
		{ SYS_getdents64, dir_from_start },
		{ SYS_vmsplice, empty_pipe },
		{ SYS_splice, empty_pipe },
		{ SYS_sendfile, drained },
		{ SYS_bind, fresh_socket },
		{ SYS_connect, fresh_socket },
	};
	size_t i;

	for (i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		if (hooks[i].nr == v->row->nr)
			hooks[i].fn();
	if (matches("ioctl SIOCGSTAMP", v))
		received();
	else if (matches("ioctl SIOCOUTQNSD", v))
		to_accept();
}

/* Whatever mask a call has set, our alarm must come through; what is waited
 * for is blocked. */
static void unblock(void)
{
	const uint64_t mask = UINT64_C(1) << (SIGUSR2 - 1);
	const uint64_t a[6] = { SIG_SETMASK, (uint64_t)&mask, 0, 8 };

	hole_call(SYS_rt_sigprocmask, a);
}

void setup_after(const struct variant *v, const uint64_t a[6], long ret)
{
	static unsigned calls;

	if (ret < 0)
		return;
	if (v->row->nr == SYS_rt_sigprocmask)
		unblock();
	else if (v->row->nr == SYS_timer_create && frame_ours(a[2]))
		host(SYS_timer_delete, *(int *)a[2]);
	else if (v->row->nr == SYS_clone || v->row->nr == SYS_clone3)
		waitpid((pid_t)ret, NULL, 0);
	if (++calls % 64 == 0)
		close_range((unsigned)setup_fds_end, ~0U, 0);
}

/* --- start --- */

static int start_files(void)
{
	char other[] = "/tmp/hole-XXXXXX";
	uint64_t words[8];
	struct stat st;
	int i;

	strcpy(place, "/tmp/hole-XXXXXX");
	if (!mkdtemp(place) || chdir(place))
		return -1;
	strcpy(path, "/tmp/hole-XXXXXX");
	strcpy(program, "/tmp/hole-XXXXXX");
	i = mkostemp(program, O_CLOEXEC);
	if (i < 0 || fchmod(i, 0755) || write(i, "\1\2\3\4", 4) != 4)
		return -1;
	close(i);
	fd_file = (uint64_t)mkostemp(path, 0);
	fd_other = (uint64_t)mkostemp(other, 0);
	unlink(other);
	if ((int)fd_file < 0 || ftruncate((int)fd_file, 65536))
		return -1;
	hostile_bytes(words);
	for (i = 0; i < 128; i++)
		if (pwrite((int)fd_file, words, 64, i * 64) != 64)
			return -1;
	fstat((int)fd_file, &st);
	device = st.st_dev;
	fd_random = (uint64_t)open("/dev/random", O_RDONLY);
	fd_dir = (uint64_t)open("/", O_RDONLY | O_DIRECTORY);
	fd_pty = (uint64_t)posix_openpt(O_RDWR | O_NOCTTY);
	return 0;
}

static int start_sockets(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int pair[2], on = 1;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair))
		return -1;
	fd_sock = (uint64_t)pair[0];
	fd_peer = (uint64_t)pair[1];
	fd_listen = (uint64_t)socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	listen((int)fd_listen, 1);
	fd_tcp = (uint64_t)socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	fd_udp = (uint64_t)socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	fd_client = (uint64_t)dup((int)fd_tcp);
	setsockopt((int)fd_udp, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	return bind((int)fd_udp, (struct sockaddr *)&any, sizeof(any));
}

static void start_timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_NONE };
	int id = 0;

	host(SYS_timer_create, CLOCK_MONOTONIC, &event, &id);
	id_timer = (uint64_t)id;
}

static void start_ids(void)
{
	struct mq_attr attr = { .mq_maxmsg = 8, .mq_msgsize = 64 };
	struct epoll_event event = { .events = 0 };
	char name[64];

	pid = (uint64_t)getpid();
	tid = (uint64_t)gettid();
	memory = (uint64_t)mmap(NULL, 8192, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	id_msg = (uint64_t)msgget(IPC_PRIVATE, 0600);
	id_msg_set = (uint64_t)msgget(IPC_PRIVATE, 0600);
	id_sem = (uint64_t)semget(IPC_PRIVATE, 32, 0600);
	id_shm = (uint64_t)shmget(IPC_PRIVATE, 4096, 0600);
	snprintf(name, sizeof(name), "/hole-%d", getpid());
	fd_mq = (uint64_t)mq_open(name, O_CREAT | O_RDWR | O_NONBLOCK, 0600,
				  &attr);
	mq_unlink(name);
	fd_timer = (uint64_t)timerfd_create(CLOCK_MONOTONIC, 0);
	fd_epoll = (uint64_t)epoll_create1(0);
	fd_inotify = (uint64_t)inotify_init1(0);
	fd_pidfd = (uint64_t)host(SYS_pidfd_open, pid, 0);
	start_timer();
	unblock();
	epoll_ctl((int)fd_epoll, EPOLL_CTL_ADD, (int)fd_sock, &event);
}

/* What a path that is cut short has made there. */
static void remove_place(void)
{
	DIR *all = opendir(place);
	struct dirent *d;

	while (all && (d = readdir(all)))
		unlinkat(dirfd(all), d->d_name, 0);
	if (all)
		closedir(all);
	rmdir(place);
}

static void remove_all(void)
{
	if ((uint64_t)getpid() != pid)
		return;
	unlink(path);
	unlink(program);
	remove_place();
	msgctl((int)id_msg, IPC_RMID, NULL);
	msgctl((int)id_msg_set, IPC_RMID, NULL);
	semctl((int)id_sem, 0, IPC_RMID);
	shmctl((int)id_shm, IPC_RMID, NULL);
}

int setup_start(void)
{
	int pipes[2];

	if (start_files() || start_sockets())
		return -1;
	start_ids();
	atexit(remove_all);
	if (pipe2(pipes, O_NONBLOCK))
		return -1;
	fd_pipe_out = (uint64_t)pipes[0];
	fd_pipe = (uint64_t)pipes[1];
	setup_fds_end = dup(0);
	if (setup_fds_end < 0)
		return -1;
	setup_fds_end++;
	return 0;
}
