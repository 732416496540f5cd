// SPDX-License-Identifier: MIT
/*
 * hole_results - what the kernel writes goes where the program may write, and
 * is what Linux writes there
 *
 * hole_results hidden: only what is aimed at a thread of the host.
 */
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>

#include "hole.h"

static unsigned cases, wrong;

static void expect(const char *what, int right)
{
	cases++;
	if (right)
		return;
	wrong++;
	fprintf(stderr, "%s: errno %d\n", what, errno);
}

static long call(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		 uint64_t e, uint64_t f)
{
	const uint64_t arg[6] = { a, b, c, d, e, f };

	return hole_call(nr, arg);
}

/* --- a length without its buffer --- */

/* Linux writes a length only where it finds that there is no room. */
static void lengths(int fd)
{
	static const long calls[] = { SYS_getsockname, SYS_getpeername };
	unsigned i, k;

	for (i = 0; i < 2; i++)
		for (k = 0; k < 4; k++) {
			uint64_t at = hole_secret + k;

			gate2(GATE_POKE, hole_secret, 0);
			expect("a length at the host's memory",
			       call(calls[i], (uint64_t)fd, 0, at, 0, 0, 0) ==
				       -EFAULT);
			expect("it is written", !gate1(GATE_PEEK, hole_secret));
		}
	gate2(GATE_POKE, hole_secret, GATE_SECRET);
	expect("getsockopt", call(SYS_getsockopt, (uint64_t)fd, SOL_SOCKET,
				  SO_TYPE, 0, hole_secret, 0) == -EFAULT);
	expect("accept", call(SYS_accept, (uint64_t)fd, 0, hole_secret, 0, 0,
			      0) == -EFAULT);
	expect("recvfrom", call(SYS_recvfrom, (uint64_t)fd, 0, 0, MSG_DONTWAIT,
				0, hole_secret) == -EFAULT);
}

/* --- counts within a value --- */

#define SOURCES 8

/* Beyond the length that was given nothing is written. */
static int cut(int fd, int name, socklen_t len, size_t count_at)
{
	unsigned char value[4096], before[4096];
	uint32_t many = SOURCES;
	const size_t given = len;

	memset(value, 0xa5, sizeof(value));
	((struct ip_msfilter *)value)->imsf_multiaddr.s_addr =
		htonl(0xe8010203);
	((struct ip_msfilter *)value)->imsf_interface.s_addr =
		htonl(INADDR_LOOPBACK);
	if (name == MCAST_MSFILTER) {
		struct group_filter *g = (struct group_filter *)value;
		struct sockaddr_in sa = { .sin_family = AF_INET };

		sa.sin_addr.s_addr = htonl(0xe8010203);
		memset(g, 0, sizeof(*g));
		g->gf_interface = 1;
		memcpy(&g->gf_group, &sa, sizeof(sa));
	}
	memcpy(value + count_at, &many, sizeof(many));
	memcpy(before, value, sizeof(value));
	if (getsockopt(fd, IPPROTO_IP, name, value, &len))
		return 0;
	memcpy(&many, value + count_at, sizeof(many));
	/* how many there are is told all the same */
	return many == SOURCES &&
	       !memcmp(value + given, before + given, sizeof(value) - given);
}

static void sources(void)
{
	char value[sizeof(struct ip_msfilter) + 4 * SOURCES] = { 0 };
	struct ip_msfilter *m = (struct ip_msfilter *)value;
	struct ip_mreqn group = { { htonl(0xe8010203) },
				  { htonl(INADDR_LOOPBACK) },
				  1 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), i;

	m->imsf_multiaddr = group.imr_multiaddr;
	m->imsf_interface = group.imr_address;
	m->imsf_fmode = MCAST_INCLUDE;
	m->imsf_numsrc = SOURCES;
	for (i = 0; i < SOURCES; i++)
		((uint32_t *)m->imsf_slist)[i] =
			htonl(0x0a000001u + (unsigned)i);
	expect("a group", !setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group,
				      sizeof(group)));
	expect("its sources", !setsockopt(fd, IPPROTO_IP, IP_MSFILTER, value,
					  IP_MSFILTER_SIZE(SOURCES)));
	expect("IP_MSFILTER without room",
	       cut(fd, IP_MSFILTER, IP_MSFILTER_SIZE(0),
		   offsetof(struct ip_msfilter, imsf_numsrc)));
	expect("MCAST_MSFILTER without room",
	       cut(fd, MCAST_MSFILTER, GROUP_FILTER_SIZE(0),
		   offsetof(struct group_filter, gf_numsrc)));
	m->imsf_numsrc = SOURCES;
	expect("IP_MSFILTER that says more than its length",
	       setsockopt(fd, IPPROTO_IP, IP_MSFILTER, value,
			  IP_MSFILTER_SIZE(0)) &&
		       errno == EINVAL);
	i = sizeof(value);
	expect("IP_MSFILTER with room",
	       !getsockopt(fd, IPPROTO_IP, IP_MSFILTER, value,
			   (socklen_t *)&i) &&
		       m->imsf_numsrc == SOURCES &&
		       m->imsf_slist[0].s_addr == htonl(0x0a000001));
	close(fd);
}

/* --- as Linux does --- */

static int next_fd(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

/* Results that cannot be given make nothing. */
static void refused(char *readable)
{
	struct sockaddr_in sa = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0), peer, free_fd;
	socklen_t len = sizeof(sa);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (void *)&sa, sizeof(sa)) || listen(fd, 4) ||
	    getsockname(fd, (void *)&sa, &len))
		abort();
	peer = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(peer, (void *)&sa, sizeof(sa)))
		abort();
	free_fd = next_fd();
	expect("pipe", pipe((int *)readable) == -1 && errno == EFAULT);
	expect("pipe2", call(SYS_pipe2, (uint64_t)readable, O_CLOEXEC, 0, 0, 0,
			     0) == -EFAULT);
	expect("socketpair", call(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0,
				  (uint64_t)readable, 0, 0) == -EFAULT);
	expect("accept", call(SYS_accept, (uint64_t)fd, (uint64_t)readable,
			      (uint64_t)&len, 0, 0, 0) == -EFAULT);
	expect("no descriptor is left", next_fd() == free_fd);
	expect("fstat",
	       call(SYS_fstat, 0, (uint64_t)readable, 0, 0, 0, 0) == -EFAULT);
	expect("uname",
	       call(SYS_uname, (uint64_t)readable, 0, 0, 0, 0, 0) == -EFAULT);
	close(fd);
	close(peer);
}

static void names(void)
{
	struct {
		struct sockaddr_in sa;
		char more[200];
	} name;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct mmsghdr m = { 0 };
	struct iovec iov = { &name, 1 };
	struct timespec left = { 10, 0 };
	socklen_t len = 4;

	memset(&name, 0x5a, sizeof(name));
	name.sa = (struct sockaddr_in){ .sin_family = AF_INET };
	name.sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (void *)&name.sa, sizeof(name.sa)))
		abort();
	memset(&name, 0x5a, sizeof(name));
	expect("a name that is cut",
	       !getsockname(fd, (void *)&name, &len) && len == 16 &&
		       name.sa.sin_family == AF_INET &&
		       name.sa.sin_addr.s_addr == 0x5a5a5a5a);
	len = sizeof(name);
	expect("a name with room", !getsockname(fd, (void *)&name, &len) &&
					   len == 16 && name.more[0] == 0x5a);
	len = (socklen_t)-1;
	expect("a negative length",
	       getsockname(fd, (void *)&name, &len) && errno == EINVAL);
	if (sendto(fd, "x", 1, 0, (void *)&name.sa, 16) != 1)
		abort();
	memset(&name, 0x5a, sizeof(name));
	m.msg_hdr = (struct msghdr){ .msg_name = name.more,
				     .msg_namelen = 4,
				     .msg_iov = &iov,
				     .msg_iovlen = 1 };
	expect("recvmmsg", recvmmsg(fd, &m, 1, MSG_WAITFORONE, &left) == 1);
	expect("its name", m.msg_hdr.msg_namelen == 16 &&
				   name.more[0] == AF_INET &&
				   name.more[4] == 0x5a);
	expect("what is left of its time", left.tv_sec < 10 && left.tv_sec > 2);
	close(fd);
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void times(void)
{
	struct itimerval soon = { .it_value = { 0, 200000 } };
	struct sigaction act = { .sa_handler = on_alarm };
	struct timespec ten = { 10, 0 }, left = { 77, 77 }, ms = { 0, 1000000 };
	struct timeval tv = { 0, 1000 };
	siginfo_t info;
	int status = 7;
	fd_set set;

	sigaction(SIGALRM, &act, NULL);
	expect("a sleep that ends",
	       !nanosleep(&ms, &left) && left.tv_sec == 77);
	setitimer(ITIMER_REAL, &soon, NULL);
	expect("a sleep that is interrupted",
	       nanosleep(&ten, &left) && errno == EINTR && left.tv_sec == 9);
	memset(&set, 0xff, sizeof(set));
	expect("select", !select(0, NULL, NULL, NULL, &tv) && !tv.tv_usec);
	tv.tv_usec = 1000;
	FD_ZERO(&set);
	FD_SET(500, &set);
	expect("select, up to a descriptor",
	       !select(3, NULL, NULL, &set, &tv) && FD_ISSET(500, &set));
	expect("select of too few",
	       select(-1, NULL, NULL, &set, &tv) == -1 && errno == EINVAL);
	memset(&info, 0x5a, sizeof(info));
	expect("waitid of nobody",
	       waitid(P_ALL, 0, &info, WEXITED | WNOHANG) && errno == ECHILD);
	if (!fork())
		_exit(3);
	expect("waitid", !waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) &&
				 info.si_code == CLD_EXITED &&
				 info.si_status == 3);
	expect("wait4",
	       wait4(-1, &status, 0, NULL) > 0 && WEXITSTATUS(status) == 3);
}

/* All values of a set of semaphores, and no more. */
static void values(void)
{
	int id = semget(IPC_PRIVATE, 5, IPC_CREAT | 0600);
	unsigned short in[6] = { 1, 2, 3, 4, 5, 6 },
		       out[6] = { 9, 9, 9, 9, 9, 9 };

	expect("SETALL", !semctl(id, 0, SETALL, in));
	expect("GETALL", !semctl(id, 0, GETALL, out) && out[0] == 1 &&
				 out[4] == 5 && out[5] == 9);
	expect("GETALL at the kernel's",
	       semctl(id, 0, GETALL, HOLE_KERNEL) && errno == EFAULT);
	semctl(id, 0, IPC_RMID);
}

/* Threads that the program has not made are none to signal. */
static int hidden(void)
{
	DIR *dir = opendir("/proc/self/task");
	struct f_owner_ex owner = { F_OWNER_TID, 0 };
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID,
				  .sigev_signo = SIGUSR1 };
	struct dirent *d;
	timer_t timer;

	while ((d = readdir(dir))) {
		pid_t tid = atoi(d->d_name);

		if (tid <= 0 || tid == gettid())
			continue;
		event._sigev_un._tid = tid;
		expect("a timer for the host",
		       call(SYS_timer_create, CLOCK_MONOTONIC, (uint64_t)&event,
			    (uint64_t)&timer, 0, 0, 0) == -EINVAL);
		owner.pid = tid;
		expect("I/O that signals the host",
		       fcntl(0, F_SETOWN_EX, &owner) && errno == ESRCH);
	}
	closedir(dir);
	event._sigev_un._tid = gettid();
	expect("a timer for this thread",
	       !call(SYS_timer_create, CLOCK_MONOTONIC, (uint64_t)&event,
		     (uint64_t)&timer, 0, 0, 0));
	if (cases < 2)
		cases = 0; /* there was no thread of the host's */
	hole_verdict("signals for the host's threads", &cases, &wrong);
	return hole_failed;
}

int main(int argc, char **argv)
{
	char *readable =
		mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int pair_fd[2];

	if (argc > 1 && !strcmp(argv[1], "hidden"))
		return hidden();
	hole_targets();
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair_fd))
		return 2;
	if (hole_hosted) {
		lengths(pair_fd[0]);
		hole_verdict("lengths without a buffer", &cases, &wrong);
		sources();
		hole_verdict("counts within options", &cases, &wrong);
	}
	refused(readable);
	hole_verdict("results that cannot be given", &cases, &wrong);
	names();
	times();
	values();
	hole_verdict("results as Linux gives them", &cases, &wrong);
	return hole_failed;
}
