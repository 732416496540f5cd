// SPDX-License-Identifier: MIT
/* close-reuse-any - what else takes a closed socket's number: pipes, directories, events, memory, sockets of UNIX. */
#include <dirent.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

#include "kinds.h"

static int freed(struct role *r)
{
	int fd[2];

	own_pair(r, fd);
	send_text(fd[1], "stale");
	OK(fcntl(fd[1], F_DUPFD, 90));
	GIVES(syscall(SYS_close, fd[1]), 0);
	GIVES(syscall(SYS_close, fd[0]), 0);
	return fd[0] < fd[1] ? fd[0] : fd[1];
}

static void pipes(struct role *r)
{
	int n = freed(r), ends[2];
	char text[8];

	OK(pipe(ends));
	CHECK(ends[0] == n || ends[1] == n);
	GIVES(write(ends[1], "p", 1), 1);
	GIVES(read(ends[0], text, sizeof(text)), 1);
	FAILS(send(ends[1], "p", 1, MSG_NOSIGNAL), ENOTSOCK);
	OK(close(ends[0]));
	OK(close(ends[1]));
}

static void directory(struct role *r)
{
	int n = freed(r), entries = 0;
	DIR *d = opendir("/proc/self/fd");

	CHECK(d);
	GIVES(dirfd(d), n);
	while (readdir(d))
		entries++;
	CHECK(entries > 3);
	OK(closedir(d));
	FAILS(fcntl(n, F_GETFD), EBADF);
}

static void events(struct role *r)
{
	int n = freed(r);
	uint64_t count = 7;

	GIVES(eventfd(0, EFD_CLOEXEC), n);
	GIVES(write(n, &count, 8), 8);
	GIVES(wait_events(n, POLLIN, 0), POLLIN);
	count = 0;
	GIVES(read(n, &count, 8), 8);
	GIVES(count, 7);
	OK(close(n));
}

static void kernel_made(struct role *r)
{
	sigset_t none;
	char c;
	int n = freed(r);

	sigemptyset(&none);
	GIVES(epoll_create1(0), n);
	FAILS(read(n, &c, 1), EINVAL);
	OK(close(n));
	n = freed(r);
	GIVES(inotify_init1(IN_NONBLOCK), n);
	FAILS(read(n, &c, 1), EAGAIN);
	OK(close(n));
	n = freed(r);
	GIVES(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), n);
	FAILS(read(n, &c, 1), EINVAL);
	OK(close(n));
	n = freed(r);
	GIVES(signalfd(-1, &none, SFD_NONBLOCK), n);
	FAILS(getsockname(n, NULL, NULL), ENOTSOCK);
	OK(close(n));
}

static void memory(struct role *r)
{
	int n = freed(r);
	char *p;

	GIVES(memfd_create("x", 0), n);
	OK(ftruncate(n, 4096));
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, n, 0);
	CHECK(p != MAP_FAILED);
	p[0] = 'm';
	GIVES(pread(n, p + 1, 1, 0), 1);
	GIVES(p[1], 'm');
	OK(munmap(p, 4096));
	OK(close(n));
}

static void unix_sockets(struct role *r)
{
	int n = freed(r), ends[2];

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	CHECK(ends[0] == n || ends[1] == n);
	send_text(ends[0], "unix");
	want_text(ends[1], "unix");
	OK(close(ends[0]));
	OK(close(ends[1]));
}

static void subject(struct role *r)
{
	pipes(r);
	directory(r);
	events(r);
	kernel_made(r);
	memory(r);
	unix_sockets(r);
	OK(close_range(90, 99, 0));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
