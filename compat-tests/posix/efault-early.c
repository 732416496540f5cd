// SPDX-License-Identifier: MIT
/* efault-early - bad addresses are EFAULT in a program that has made no socket yet. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "badmem.h"
#include "roles.h"

static void polls(void *bad)
{
	struct timespec zero = { 0 };
	struct timeval none = { 0 };
	fd_set set;

	FD_ZERO(&set);
	FAILS(poll(bad, 1, 0), EFAULT);
	FAILS(ppoll(bad, 1, &zero, NULL), EFAULT);
	FAILS(ppoll(NULL, 0, &zero, bad), EFAULT);
	FAILS(select(1, bad, NULL, NULL, &none), EFAULT);
	FAILS(pselect(1, &set, bad, NULL, &zero, NULL), EFAULT);
	FAILS(pselect(0, NULL, NULL, NULL, &zero, bad), EFAULT);
	FAILS(syscall(SYS_poll, bad, 1, 0), EFAULT);
	FAILS(syscall(SYS_ppoll, bad, 1, &zero, NULL, 8), EFAULT);
	FAILS(syscall(SYS_ppoll, NULL, 0, bad, NULL, 8), EFAULT);
	FAILS(syscall(SYS_ppoll, NULL, 0, &zero, bad, 8), EFAULT);
	FAILS(syscall(SYS_select, 1, bad, NULL, NULL, &none), EFAULT);
	FAILS(syscall(SYS_pselect6, 1, bad, NULL, NULL, &zero, NULL), EFAULT);
	FAILS(syscall(SYS_pselect6, 0, NULL, NULL, NULL, bad, NULL), EFAULT);
	FAILS(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &zero, bad), EFAULT);
}

static void epolls(int pipe_end, void *bad)
{
	struct epoll_event ev = { .events = EPOLLOUT };
	struct timespec zero = { 0 };
	int ep = epoll_create1(EPOLL_CLOEXEC);

	OK(ep);
	FAILS(epoll_ctl(ep, EPOLL_CTL_ADD, pipe_end, bad), EFAULT);
	OK(epoll_ctl(ep, EPOLL_CTL_ADD, pipe_end, &ev));
	FAILS(epoll_wait(ep, bad, 1, 0), EFAULT);
	FAILS(epoll_pwait(ep, &ev, 1, 0, bad), EFAULT);
	FAILS(epoll_pwait2(ep, &ev, 1, bad, NULL), EFAULT);
	FAILS(epoll_pwait2(ep, &ev, 1, &zero, bad), EFAULT);
	OK(close(ep));
}

static void others(const int end[2], void *bad)
{
	struct iovec one = { .iov_base = bad, .iov_len = 1 };

	FAILS(read(end[0], bad, 1), EFAULT);
	FAILS(readv(end[0], bad, 1), EFAULT);
	FAILS(readv(end[0], &one, 1), EFAULT);
	FAILS(write(end[1], bad, 1), EFAULT);
	FAILS(writev(end[1], bad, 1), EFAULT);
	FAILS(sendfile(end[1], end[0], bad, 1), EFAULT);
	FAILS(recvmsg(end[0], bad, 0), ENOTSOCK);
	FAILS(sendmsg(end[1], bad, 0), ENOTSOCK);
	FAILS(recvmmsg(end[0], bad, 1, 0, NULL), ENOTSOCK);
	FAILS(pipe(bad), EFAULT);
	FAILS(socketpair(AF_UNIX, SOCK_STREAM, 0, bad), EFAULT);
	FAILS(syscall(SYS_clone3, bad, 64), EFAULT);
	FAILS(syscall(SYS_rt_sigaction, SIGUSR1, bad, NULL, 8), EFAULT);
	FAILS(syscall(SYS_rt_sigaction, SIGUSR1, NULL, bad, 8), EFAULT);
	FAILS(syscall(SYS_rt_sigaction, SIGSEGV, bad, NULL, 8), EFAULT);
	FAILS(syscall(SYS_rt_sigaction, SIGSEGV, NULL, bad, 8), EFAULT);
	FAILS(syscall(SYS_close_range, 5, 4, 0), EINVAL);
}

static void subject(struct role *r)
{
	(void)r;
}

int main(int argc, char **argv)
{
	void *bad[4];
	int end[2];

	OK(pipe(end));
	GIVES(write(end[1], "xy", 2), 2);
	for (int i = unreadable(bad) - 1; i >= 0; i--) {
		about("address %p", bad[i]);
		polls(bad[i]);
		epolls(end[1], bad[i]);
		others(end, bad[i]);
	}
	return alone_main(argc, argv, subject);
}
