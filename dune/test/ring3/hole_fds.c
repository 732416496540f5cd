// SPDX-License-Identifier: MIT
/*
 * hole_fds - descriptors of the host, by number, by path and by message
 *
 * Under dune_run only: its hidden descriptors begin at 900.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "hole.h"

#define HIDDEN 900
#define LAST 1100

static unsigned cases, wrong;

static void is_ebadf(const char *what, int fd, long ret)
{
	cases++;
	if (ret >= 0 || errno != EBADF) {
		if (wrong++ < 20)
			fprintf(stderr, "%s(%d): %ld, %s\n", what, fd, ret,
				strerror(errno));
	}
}

static long send_rights(int sock, int fd)
{
	char control[CMSG_SPACE(sizeof(int))], byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(sock, &m, 0);
}

/* Behind a message that may be sent; the padding of the last may be missing. */
static long send_behind(int sock, int file, int fd, size_t padding)
{
	const size_t one = CMSG_SPACE(sizeof(int));
	char control[2 * CMSG_SPACE(sizeof(int))] = { 0 }, byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen =
				    one + CMSG_LEN(sizeof(int)) + padding };
	const int fds[2] = { file, fd };
	unsigned i;

	for (i = 0; i < 2; i++) {
		struct cmsghdr *c = (struct cmsghdr *)(control + i * one);

		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fds[i], sizeof(int));
	}
	return sendmsg(sock, &m, 0);
}

static void one(int fd, int file, int epoll, int sock)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	char byte = 0, path[64];
	struct stat st;

	is_ebadf("pidfd_getfd", fd, syscall(SYS_pidfd_getfd, self, fd, 0));
	close(self);
	is_ebadf("SO_ATTACH_BPF", fd,
		 setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, &fd, sizeof(fd)));
	is_ebadf("read", fd, read(fd, &byte, 1));
	is_ebadf("write", fd, write(fd, &byte, 1));
	is_ebadf("pread", fd, pread(fd, &byte, 1, 0));
	is_ebadf("readv", fd, readv(fd, &(struct iovec){ &byte, 1 }, 1));
	is_ebadf("lseek", fd, lseek(fd, 0, SEEK_CUR));
	is_ebadf("fstat", fd, syscall(SYS_fstat, fd, &st));
	is_ebadf("fcntl", fd, fcntl(fd, F_GETFD));
	is_ebadf("F_DUPFD", fd, fcntl(fd, F_DUPFD, 0));
	is_ebadf("F_SETFD", fd, fcntl(fd, F_SETFD, 0));
	is_ebadf("ioctl", fd, ioctl(fd, 0xae80 /* KVM_RUN */, 0));
	is_ebadf("ioctl", fd, ioctl(fd, FIONREAD, &byte));
	is_ebadf("dup", fd, dup(fd));
	is_ebadf("dup2 from", fd, dup2(fd, 20));
	is_ebadf("dup2 to", fd, dup2(file, fd));
	is_ebadf("dup3 from", fd, dup3(fd, 20, 0));
	is_ebadf("dup3 to", fd, dup3(file, fd, 0));
	is_ebadf("close", fd, close(fd));
	is_ebadf("mmap", fd,
		 mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ?
			 -1 :
			 0);
	is_ebadf("ftruncate", fd, ftruncate(fd, 0));
	is_ebadf("sendfile", fd, sendfile(sock, fd, NULL, 1));
	is_ebadf("splice", fd, splice(fd, NULL, sock, NULL, 1, 0));
	is_ebadf("openat", fd, openat(fd, "x", O_RDONLY));
	is_ebadf("fchdir", fd, fchdir(fd));
	is_ebadf("epoll_ctl", fd, epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
	is_ebadf("SCM_RIGHTS", fd, send_rights(sock, fd));
	is_ebadf("SCM_RIGHTS behind", fd, send_behind(sock, file, fd, 4));
	is_ebadf("SCM_RIGHTS at the end", fd, send_behind(sock, file, fd, 0));
	is_ebadf("accept", fd, accept(fd, NULL, NULL));
	cases++;
	if (poll(&p, 1, 0) != 1 || p.revents != POLLNVAL)
		wrong++;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	cases++;
	if (open(path, O_RDONLY) >= 0 || open(path, O_RDWR) >= 0 ||
	    !truncate(path, 0))
		wrong++;
	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	cases++;
	if (open(path, O_RDONLY) >= 0)
		wrong++;
}

static void by_number(int sock)
{
	int file = open("/etc/hostname", O_RDONLY), epoll = epoll_create1(0);
	int fd;

	for (fd = HIDDEN; fd < LAST; fd++)
		one(fd, file, epoll, sock);
	one(65536, file, epoll, sock);
	close(file);
	close(epoll);
	hole_verdict("descriptors by number", &cases, &wrong);
}

/* Raising the limit does not move the border, lowering it is obeyed. */
static void limits(void)
{
	struct rlimit old, r;
	int fd, last = -1;

	getrlimit(RLIMIT_NOFILE, &old);
	r = (struct rlimit){ 4096, 4096 };
	setrlimit(RLIMIT_NOFILE, &r);
	cases += 2;
	fd = fcntl(0, F_DUPFD, HIDDEN);
	if (fd >= 0)
		wrong++;
	while ((fd = dup(0)) >= 0)
		last = fd;
	if (last != HIDDEN - 1 || errno != EMFILE)
		wrong++;
	close_range(3, ~0U, 0);
	r = (struct rlimit){ 16, 4096 };
	cases += 2;
	if (setrlimit(RLIMIT_NOFILE, &r))
		wrong++;
	while ((fd = open("/etc/hostname", O_RDONLY)) >= 0)
		last = fd;
	/* opening by its object needs a number more for a moment */
	if (last < 14 || errno != EMFILE)
		wrong++;
	close_range(3, ~0U, 0);
	getrlimit(RLIMIT_NOFILE, &r);
	cases++;
	if (r.rlim_cur != 16 || r.rlim_max != 4096)
		wrong++;
	setrlimit(RLIMIT_NOFILE, &old);
	hole_verdict("limits of descriptors", &cases, &wrong);
}

/* Whoever closes all there is goes on running. */
static void close_all(void)
{
	unsigned from;

	cases++;
	if (close_range(3, ~0U, 0) || close_range(HIDDEN, ~0U, 0) ||
	    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC))
		wrong++;
	cases++;
	if (close_range(3, ~0U, CLOSE_RANGE_UNSHARE))
		wrong++;
	for (from = 3; from < 2000; from++)
		close((int)from);
	cases++;
	if (getppid() <= 0 || !hole_intact())
		wrong++;
	hole_verdict("closing all", &cases, &wrong);
}

static void *own_table(void *unused)
{
	cases++;
	wrong += !close_range(800, 801, CLOSE_RANGE_UNSHARE);
	return unused;
}

/* With a table of its own, a thread's numbers would name other objects than
 * those that were judged. (clone: hole_table) */
static void own_tables(void)
{
	pthread_t other;

	cases += 2;
	wrong += !unshare(CLONE_FILES);
	wrong += !unshare(CLONE_FS);
	if (pthread_create(&other, NULL, own_table, NULL)) {
		wrong++;
	} else {
		pthread_join(other, NULL);
	}
	hole_verdict("tables of their own", &cases, &wrong);
}

int main(void)
{
	int sock[2];

	hole_targets();
	if (!hole_hosted)
		return 0;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sock))
		return 2;
	by_number(sock[0]);
	own_tables();
	limits();
	close_all();
	return hole_failed;
}
