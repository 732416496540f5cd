// SPDX-License-Identifier: MIT
/*
 * syscall.c - syscall(2), by which some programs pass the C library's functions
 *
 * Each call that has a function of ours goes there, and so does each that hands
 * out a descriptor. All others reach the kernel. Where the kernel's call differs
 * from the C library's function (masks of 8 bytes, a time that is written
 * back), this is where they meet. Calls of our own parts come by here as well.
 */
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/raw.h"
#include "base/timespec.h"
#include "libix/share/usermem.h"
#include "shim/front/calls.h"
#include "shim/front/numbers.h"
#include "shim/front/privs.h"
#include "shim/process/boot.h"
#include "shim/process/fork.h"
#include "shim/process/signals.h"

#define INT(i) ((int)arg[i])
#define UINT(i) ((unsigned)arg[i])
#define SIZE(i) ((size_t)arg[i])
#define LEN(i) ((socklen_t)arg[i])
#define PTR(i) ((void *)(uintptr_t)arg[i])

#define KERNEL_SIGSET 8 /* bytes */

static long fails(int err)
{
	errno = err;
	return -1;
}

/* --- processes --- */

/* What clone3() is asked for; 0 where that cannot be said. */
static uint64_t clone3_flags(const struct clone_args *args, size_t size)
{
	return size >= CLONE_ARGS_SIZE_VER0 &&
			       ix_user_readable(args, CLONE_ARGS_SIZE_VER0) ?
		       args->flags :
		       0;
}

/* A process of the instance is known by its number, which a new namespace of
 * them would hide. */
static long raw_clone(uint64_t flags, long nr, const long arg[6])
{
	if (flags & CLONE_VM)
		return raw_syscall(nr, arg);
	boot_settle();
	if (!booted())
		return raw_syscall(nr, arg);
	if (flags & CLONE_NEWPID)
		return fails(EPERM);
	return fork_raw(nr, arg);
}

SHIM_EARLY static long process_call(long nr, const long arg[6])
{
	switch (nr) {
	case SYS_fork:
	case SYS_vfork:
		return call_fork();
	case SYS_clone:
		return raw_clone((uint64_t)arg[0], nr, arg);
	case SYS_clone3:
		return raw_clone(clone3_flags(PTR(0), SIZE(1)), nr, arg);
	case SYS_execve:
		return call_execve(PTR(0), PTR(1), PTR(2));
	case SYS_execveat:
		return call_execveat(INT(0), PTR(1), PTR(2), PTR(3), INT(4));
	case SYS_exit_group:
		call__exit(INT(0));
		return -1;
	case SYS_mlockall:
		return call_mlockall(INT(0));
	case SYS_munlockall:
		return call_munlockall();
	case SYS_setuid:
	case SYS_setreuid:
	case SYS_setresuid:
	case SYS_setgid:
	case SYS_setregid:
	case SYS_setresgid:
	case SYS_setgroups:
	case SYS_capset:
	case SYS_chroot:
		privs_before();
		return raw_syscall(nr, arg);
	/* a ring would work on the placeholders of our sockets */
	case SYS_io_uring_setup:
		return fails(EPERM);
	default:
		return numbers_raw(nr, arg);
	}
}

/* --- signals --- */

/* struct sigaction as the kernel has it. */
struct kernel_action {
	void (*handler)(int sig, siginfo_t *si, void *uc);
	unsigned long flags;
	void *restorer;
	uint64_t mask;
};
#define RESTORER 0x04000000 /* SA_RESTORER: the C library has its own */

static long raw_sigaction(const long arg[6])
{
	struct sigaction act = { 0 }, old;
	struct kernel_action k = { 0 };
	void *out = PTR(2);

	if (!signal_ours(INT(0)))
		return raw_syscall(SYS_rt_sigaction, arg);
	if (SIZE(3) != KERNEL_SIGSET)
		return fails(EINVAL);
	if (arg[1] && ix_user_get(&k, PTR(1), sizeof(k)) < 0)
		return fails(EFAULT);
	act.sa_sigaction = k.handler;
	act.sa_flags = (int)(k.flags & ~(unsigned long)RESTORER);
	memcpy(&act.sa_mask, &k.mask, sizeof(k.mask));
	if (call_sigaction(INT(0), arg[1] ? &act : NULL, &old) < 0)
		return -1;
	k.handler = old.sa_sigaction;
	k.flags = (unsigned)old.sa_flags;
	k.restorer = NULL;
	memcpy(&k.mask, &old.sa_mask, sizeof(k.mask));
	return out && ix_user_put(out, &k, sizeof(k)) < 0 ? fails(EFAULT) : 0;
}

/* --- waiting --- */

/* The kernel's mask as the C library's; *out is NULL without one. 0 or errno. */
static int take_mask(const void *from, size_t size, sigset_t *mask,
		     const sigset_t **out)
{
	*out = NULL;
	if (!from)
		return 0;
	if (size != KERNEL_SIGSET)
		return EINVAL;
	sigemptyset(mask);
	if (ix_user_get(mask, from, KERNEL_SIGSET) < 0)
		return EFAULT;
	*out = mask;
	return 0;
}

/* What is left of the time since start is written back, if it can be. */
static void time_left(struct timespec *user, struct timespec ts,
		      const struct timespec *start)
{
	struct timespec now;
	int64_t left;

	clock_gettime(CLOCK_MONOTONIC, &now);
	left = (ts.tv_sec - (now.tv_sec - start->tv_sec)) * NSEC_PER_SEC +
	       ts.tv_nsec - (now.tv_nsec - start->tv_nsec);
	if (left < 0)
		left = 0;
	ts = ns_timespec(left);
	ix_user_put(user, &ts, sizeof(ts));
}

static long raw_ppoll(const long arg[6])
{
	struct timespec start, ts, *user = PTR(2);
	const sigset_t *m;
	sigset_t mask;
	int rc;

	rc = take_mask(PTR(3), SIZE(4), &mask, &m);
	if (rc == 0 && user && ix_user_get(&ts, user, sizeof(ts)) < 0)
		rc = EFAULT;
	if (rc)
		return fails(rc);
	clock_gettime(CLOCK_MONOTONIC, &start);
	rc = call_ppoll(PTR(0), (nfds_t)arg[1], user ? &ts : NULL, m);
	if (user && (rc >= 0 || errno == EINTR))
		time_left(user, ts, &start);
	return rc;
}

static long raw_pselect6(const long arg[6])
{
	struct {
		const void *mask;
		size_t size;
	} pair = { NULL, 0 };
	struct timespec start, ts, *user = PTR(4);
	const sigset_t *m;
	sigset_t mask;
	int rc = 0;

	if ((arg[5] && ix_user_get(&pair, PTR(5), sizeof(pair)) < 0) ||
	    (user && ix_user_get(&ts, user, sizeof(ts)) < 0))
		return fails(EFAULT);
	rc = take_mask(pair.mask, pair.size, &mask, &m);
	if (rc)
		return fails(rc);
	clock_gettime(CLOCK_MONOTONIC, &start);
	rc = call_pselect(INT(0), PTR(1), PTR(2), PTR(3), user ? &ts : NULL, m);
	if (user && (rc >= 0 || errno == EINTR))
		time_left(user, ts, &start);
	return rc;
}

static long raw_epoll_pwait(long nr, const long arg[6])
{
	const sigset_t *m;
	sigset_t mask;
	int rc = take_mask(PTR(4), SIZE(5), &mask, &m);

	if (rc)
		return fails(rc);
	if (nr == SYS_epoll_pwait2)
		return call_epoll_pwait2(INT(0), PTR(1), INT(2), PTR(3), m);
	return call_epoll_pwait(INT(0), PTR(1), INT(2), INT(3), m);
}

SHIM_EARLY static long wait_call(long nr, const long arg[6])
{
	switch (nr) {
	case SYS_poll:
		return call_poll(PTR(0), (nfds_t)arg[1], INT(2));
	case SYS_ppoll:
		return raw_ppoll(arg);
	case SYS_select:
		return call_select(INT(0), PTR(1), PTR(2), PTR(3), PTR(4));
	case SYS_pselect6:
		return raw_pselect6(arg);
	case SYS_epoll_ctl:
		return call_epoll_ctl(INT(0), INT(1), INT(2), PTR(3));
	case SYS_epoll_wait:
		return call_epoll_wait(INT(0), PTR(1), INT(2), INT(3));
	case SYS_epoll_pwait:
	case SYS_epoll_pwait2:
		return raw_epoll_pwait(nr, arg);
	case SYS_rt_sigaction:
		return raw_sigaction(arg);
	default:
		return process_call(nr, arg);
	}
}

/* --- descriptors --- */

SHIM_EARLY static long fd_call(long nr, const long arg[6])
{
	switch (nr) {
	case SYS_read:
		return call_read(INT(0), PTR(1), SIZE(2));
	case SYS_readv:
		return call_readv(INT(0), PTR(1), INT(2));
	case SYS_preadv2:
		return call_preadv64v2(INT(0), PTR(1), INT(2), arg[3], INT(5));
	case SYS_write:
		return call_write(INT(0), PTR(1), SIZE(2));
	case SYS_writev:
		return call_writev(INT(0), PTR(1), INT(2));
	case SYS_pwritev2:
		return call_pwritev64v2(INT(0), PTR(1), INT(2), arg[3], INT(5));
	case SYS_sendfile:
		return call_sendfile64(INT(0), INT(1), PTR(2), SIZE(3));
	case SYS_splice:
		return call_splice(INT(0), PTR(1), INT(2), PTR(3), SIZE(4),
				   UINT(5));
	case SYS_close:
		return call_close(INT(0));
	case SYS_close_range:
		return call_close_range(UINT(0), UINT(1), INT(2));
	case SYS_dup:
		return call_dup(INT(0));
	case SYS_dup2:
		return call_dup2(INT(0), INT(1));
	case SYS_dup3:
		return call_dup3(INT(0), INT(1), INT(2));
	case SYS_pidfd_getfd:
		return call_pidfd_getfd(INT(0), INT(1), UINT(2));
	case SYS_fcntl:
		return call_fcntl(INT(0), INT(1), PTR(2));
	case SYS_ioctl:
		return call_ioctl(INT(0), (unsigned)arg[1], PTR(2));
	default:
		return wait_call(nr, arg);
	}
}

/* --- sockets --- */

SHIM_EARLY static long message_call(long nr, const long arg[6])
{
	switch (nr) {
	case SYS_sendto:
		return call_sendto(INT(0), PTR(1), SIZE(2), INT(3), PTR(4),
				   LEN(5));
	case SYS_recvfrom:
		return call_recvfrom(INT(0), PTR(1), SIZE(2), INT(3), PTR(4),
				     PTR(5));
	case SYS_sendmsg:
		return call_sendmsg(INT(0), PTR(1), INT(2));
	case SYS_recvmsg:
		return call_recvmsg(INT(0), PTR(1), INT(2));
	case SYS_sendmmsg:
		return call_sendmmsg(INT(0), PTR(1), UINT(2), INT(3));
	case SYS_recvmmsg:
		return call_recvmmsg(INT(0), PTR(1), UINT(2), INT(3), PTR(4));
	default:
		return fd_call(nr, arg);
	}
}

SHIM_EARLY static long socket_call(long nr, const long arg[6])
{
	switch (nr) {
	case SYS_socket:
		return call_socket(INT(0), INT(1), INT(2));
	case SYS_bind:
		return call_bind(INT(0), PTR(1), LEN(2));
	case SYS_listen:
		return call_listen(INT(0), INT(1));
	case SYS_accept:
		return call_accept(INT(0), PTR(1), PTR(2));
	case SYS_accept4:
		return call_accept4(INT(0), PTR(1), PTR(2), INT(3));
	case SYS_connect:
		return call_connect(INT(0), PTR(1), LEN(2));
	case SYS_getsockname:
		return call_getsockname(INT(0), PTR(1), PTR(2));
	case SYS_getpeername:
		return call_getpeername(INT(0), PTR(1), PTR(2));
	case SYS_getsockopt:
		return call_getsockopt(INT(0), INT(1), INT(2), PTR(3), PTR(4));
	case SYS_setsockopt:
		return call_setsockopt(INT(0), INT(1), INT(2), PTR(3), LEN(4));
	case SYS_shutdown:
		return call_shutdown(INT(0), INT(1));
	default:
		return message_call(nr, arg);
	}
}

SHIM_EARLY long call_syscall(long nr, ...)
{
	long arg[6];
	va_list ap;
	int i;

	va_start(ap, nr);
	for (i = 0; i < 6; i++)
		arg[i] = va_arg(ap, long);
	va_end(ap);
	return socket_call(nr, arg);
}
