// SPDX-License-Identifier: MIT
/*
 * setup - descriptors and identifiers that make a call come as far as its
 * pointers; what is done before and after it
 */
#include <dirent.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>

#include "../hole.h"
#include "table.h"

int setup_fds_end;
struct made made;
static char place[64]; /* the working directory */

/* --- before and after --- */

/* One that is not bound nor connected. */
static void fresh_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	dup2(fd, (int)made.fd_tcp);
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
	if (getsockname((int)made.fd_udp, (struct sockaddr *)&self, &len))
		return;
	for (i = 0; i < 2; i++)
		sendto((int)made.fd_udp, words, sizeof(words), MSG_DONTWAIT,
		       (struct sockaddr *)&self, len);
}

/* The second of them finds when the first packet came. */
static void received(void)
{
	char some[64];

	to_receive();
	while (recv((int)made.fd_udp, some, sizeof(some), MSG_DONTWAIT) > 0)
		;
}

/* A client of the listening socket. */
static void to_accept(void)
{
	struct sockaddr_in to;
	socklen_t len = sizeof(to);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (!getsockname((int)made.fd_listen, (struct sockaddr *)&to, &len))
		connect(fd, (struct sockaddr *)&to, len);
	dup2(fd, (int)made.fd_client);
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
	msgsnd((int)made.id_msg, message, 64, IPC_NOWAIT);
}

static void to_mq_receive(void)
{
	uint64_t words[8];

	hostile_bytes(words);
	mq_send((mqd_t)made.fd_mq, (char *)words, sizeof(words), 0);
}

static void from_start(void)
{
	lseek((int)made.fd_file, 0, SEEK_SET);
}

static void dir_from_start(void)
{
	lseek((int)made.fd_dir, 0, SEEK_SET);
}

static void empty_pipe(void)
{
	char some[4096];

	while (read((int)made.fd_pipe_out, some, sizeof(some)) > 0)
		;
}

static void drained(void)
{
	char some[4096];

	while (recv((int)made.fd_peer, some, sizeof(some), MSG_DONTWAIT) > 0)
		;
}

static void mq_drained(void)
{
	char some[64];

	while (mq_receive((mqd_t)made.fd_mq, some, sizeof(some), NULL) > 0)
		;
}

static void msg_drained(void)
{
	uint64_t message[9];

	while (msgrcv((int)made.id_msg, message, 64, 0, IPC_NOWAIT) > 0)
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

bool makes_process(const struct variant *v)
{
	return v->row->nr == SYS_clone || v->row->nr == SYS_clone3;
}

/* It exits with 0: see frame_call(). */
static bool ends_well(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) != child)
		if (errno != EINTR)
			return false;
	return !status;
}

bool setup_after(const struct variant *v, const uint64_t a[6], long ret)
{
	static unsigned calls;
	bool well = true;

	if (ret < 0)
		return true;
	if (v->row->nr == SYS_rt_sigprocmask)
		unblock();
	else if (v->row->nr == SYS_timer_create && frame_ours(a[2]))
		host(SYS_timer_delete, *(int *)a[2]);
	else if (makes_process(v))
		well = ends_well((pid_t)ret);
	if (++calls % 64 == 0)
		close_range((unsigned)setup_fds_end, ~0U, 0);
	return well;
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
	strcpy(made.path, "/tmp/hole-XXXXXX");
	strcpy(made.program, "/tmp/hole-XXXXXX");
	i = mkostemp(made.program, O_CLOEXEC);
	if (i < 0 || fchmod(i, 0755) || write(i, "\1\2\3\4", 4) != 4)
		return -1;
	close(i);
	made.fd_file = (uint64_t)mkostemp(made.path, 0);
	made.fd_other = (uint64_t)mkostemp(other, 0);
	unlink(other);
	if ((int)made.fd_file < 0 || ftruncate((int)made.fd_file, 65536))
		return -1;
	hostile_bytes(words);
	for (i = 0; i < 128; i++)
		if (pwrite((int)made.fd_file, words, 64, i * 64) != 64)
			return -1;
	fstat((int)made.fd_file, &st);
	made.device = st.st_dev;
	made.fd_random = (uint64_t)open("/dev/random", O_RDONLY);
	made.fd_dir = (uint64_t)open("/", O_RDONLY | O_DIRECTORY);
	made.fd_pty = (uint64_t)posix_openpt(O_RDWR | O_NOCTTY);
	return 0;
}

static int start_sockets(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int pair[2], on = 1;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair))
		return -1;
	made.fd_sock = (uint64_t)pair[0];
	made.fd_peer = (uint64_t)pair[1];
	made.fd_listen =
		(uint64_t)socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	listen((int)made.fd_listen, 1);
	made.fd_tcp = (uint64_t)socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	made.fd_udp = (uint64_t)socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	made.fd_client = (uint64_t)dup((int)made.fd_tcp);
	setsockopt((int)made.fd_udp, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	return bind((int)made.fd_udp, (struct sockaddr *)&any, sizeof(any));
}

static void start_timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_NONE };
	int id = 0;

	host(SYS_timer_create, CLOCK_MONOTONIC, &event, &id);
	made.id_timer = (uint64_t)id;
}

static void start_ids(void)
{
	struct mq_attr attr = { .mq_maxmsg = 8, .mq_msgsize = 64 };
	struct epoll_event event = { .events = 0 };
	char name[64];

	made.pid = (uint64_t)getpid();
	made.tid = (uint64_t)gettid();
	made.memory = (uint64_t)mmap(NULL, 8192, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	made.id_msg = (uint64_t)msgget(IPC_PRIVATE, 0600);
	made.id_msg_set = (uint64_t)msgget(IPC_PRIVATE, 0600);
	made.id_sem = (uint64_t)semget(IPC_PRIVATE, 32, 0600);
	made.id_shm = (uint64_t)shmget(IPC_PRIVATE, 4096, 0600);
	snprintf(name, sizeof(name), "/hole-%d", getpid());
	made.fd_mq = (uint64_t)mq_open(name, O_CREAT | O_RDWR | O_NONBLOCK,
				       0600, &attr);
	mq_unlink(name);
	made.fd_timer = (uint64_t)timerfd_create(CLOCK_MONOTONIC, 0);
	made.fd_epoll = (uint64_t)epoll_create1(0);
	made.fd_inotify = (uint64_t)inotify_init1(0);
	made.fd_pidfd = (uint64_t)host(SYS_pidfd_open, made.pid, 0);
	start_timer();
	unblock();
	epoll_ctl((int)made.fd_epoll, EPOLL_CTL_ADD, (int)made.fd_sock, &event);
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
	if ((uint64_t)getpid() != made.pid)
		return;
	unlink(made.path);
	unlink(made.program);
	remove_place();
	msgctl((int)made.id_msg, IPC_RMID, NULL);
	msgctl((int)made.id_msg_set, IPC_RMID, NULL);
	semctl((int)made.id_sem, 0, IPC_RMID);
	shmctl((int)made.id_shm, IPC_RMID, NULL);
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
	made.fd_pipe_out = (uint64_t)pipes[0];
	made.fd_pipe = (uint64_t)pipes[1];
	setup_fds_end = dup(0);
	if (setup_fds_end < 0)
		return -1;
	setup_fds_end++;
	return 0;
}
