// SPDX-License-Identifier: MIT
/*
 * keeper.c - the owner's half for the program's side in protected mode
 *
 * A process in ring 3 that does what sock_handlers does in the owner process of
 * direct mode: it gives up what processes held that are gone, runs relays, and
 * tells what descriptors are. The host starts it (control/host/owner/keeper.c) by
 * executing this library, as a user of its own without any privilege: descriptor
 * 0 is the channel on which it is asked.
 *
 * Without relays it only waits for processes to end. With them it drives the
 * stack like any thread of the program that waits for sockets.
 */
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "libix/share/self.h"
#include "shim/host/cmsg.h"
#include "shim/host/host.h"
#include "shim/object/orphans.h"
#include "shim/object/root.h"
#include "shim/process/fds.h"
#include "shim/process/start.h"
#include "shim/relay/relay_owner.h"
#include "shim/wait/wait.h"

#define CHANNEL 0

/* [0]: what relay_work_fd() gave, [1]: the channel */
static struct pollfd fds[2];

static int look(void)
{
	return host.poll(fds, 2, 0);
}

/* Bells of our own rounds are not rung, see owner_silent. */
static int check(struct wait *w)
{
	(void)w;
	return (int)__atomic_load_n(&shim_root->relay_rung, __ATOMIC_SEQ_CST);
}

static int kernel(struct wait *w)
{
	(void)w;
	return look();
}

static void enlist(struct wait *w, int slot)
{
	(void)w;
	(void)slot;
}

static void delist(struct wait *w)
{
	(void)w;
}

static void wait_driving(void)
{
	struct wait w = { .check = check,
			  .kernel = kernel,
			  .enlist = enlist,
			  .delist = delist,
			  .kfds = fds,
			  .nkfds = 2,
			  .et = ix_home(),
			  .timeout_ns = -1 };

	wait_run(&w);
	look();
}

/* The descriptors that came with a message: all, or none. */
struct files {
	int n, fd[2];
};

static void collect(int *fd, void *arg)
{
	struct files *f = arg;

	if (f->n < 2)
		f->fd[f->n++] = *fd;
	else
		host.close(*fd);
}

static int describe(int pid, const struct files *f)
{
	FILE *list = f->n == 2 ? host.fdopen(f->fd[0], "r") : NULL;
	int rc;

	if (!list)
		return -EINVAL;
	rc = fds_describe_listed(pid, list, f->fd[1]);
	fclose(list);
	host.close(f->fd[1]);
	return rc;
}

/* A request: a pid, the list of its descriptors, the file to print to. */
static void answer(void)
{
	char control[CMSG_SPACE(2 * sizeof(int))];
	struct files files = { .n = 0 };
	int pid = 0, rc;
	struct iovec iov = { .iov_base = &pid, .iov_len = sizeof(pid) };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	ssize_t n = host.recvmsg(CHANNEL, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n == 0)
		host._exit(0); /* the owner is gone */
	if (n < 0)
		return;
	cmsg_each_fd(&m, collect, &files);
	rc = describe(pid, &files);
	host.send(CHANNEL, &rc, sizeof(rc), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static _Noreturn void keep(void)
{
	int busy = 0, was = 0;

	for (;;) {
		busy = relay_work(fds[0].revents != 0);
		if (busy != was)
			ix_gate()->keeper((uint32_t)busy);
		was = busy;
		if (busy)
			wait_driving();
		else
			host.poll(fds, 2, -1);
		if (fds[1].revents)
			answer();
	}
}

/* Where the host starts it. Constructors of a program are its own affair: ours
 * have not run. */
__attribute__((used, noreturn)) static void keeper_main(void)
{
	int fd;

	host_resolve();
	if (!ix_in_guest() || !boot(__builtin_return_address(0)))
		host._exit(1);
	fd = relay_work_fd();
	if (fd < 0)
		host._exit(1);
	fds[0] = (struct pollfd){ .fd = fd, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = CHANNEL, .events = POLLIN };
	orphans_watch_all();
	keep();
}

__asm__(".globl ix_keeper_entry\n"
	".hidden ix_keeper_entry\n"
	".type ix_keeper_entry, @function\n"
	"ix_keeper_entry:\n\t"
	"xorl %ebp, %ebp\n\t"
	"andq $-16, %rsp\n\t"
	"call keeper_main\n\t"
	"hlt\n");

/* This library is a program, too. */
static const char interpreter[] __attribute__((section(".interp"), used)) =
	"/lib64/ld-linux-x86-64.so.2";
