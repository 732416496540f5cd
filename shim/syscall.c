// SPDX-License-Identifier: MIT
/*
 * syscall.c - syscall(2), by which some programs pass the C library's functions
 *
 * Calls that only sockets have go where their function goes, and forks are
 * noticed. All others reach the kernel, also those of our own parts.
 */
#include <errno.h>
#include <linux/sched.h>
#include <sys/syscall.h>

#include "shim/boot.h"
#include "shim/calls.h"
#include "shim/fork.h"
#include "shim/raw.h"

#define INT(i) ((int)arg[i])
#define LEN(i) ((socklen_t)arg[i])
#define PTR(i) ((void *)(uintptr_t)arg[i])

/* What clone3() is asked for; 0 where that cannot be said. */
static uint64_t clone3_flags(const struct clone_args *args, size_t size)
{
	return size >= CLONE_ARGS_SIZE_VER0 ? args->flags : 0;
}

/* A process of the instance is known by its number, which a new namespace of
 * them would hide. */
static long raw_clone(uint64_t flags, long nr, const long arg[6])
{
	if (flags & CLONE_VM || !booted())
		return raw_syscall(nr, arg);
	if (flags & CLONE_NEWPID) {
		errno = EPERM;
		return -1;
	}
	return fork_raw(nr, arg);
}

SHIM_EARLY static long dispatch(long nr, const long arg[6])
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
	case SYS_sendto:
		return call_sendto(INT(0), PTR(1), (size_t)arg[2], INT(3),
				   PTR(4), LEN(5));
	case SYS_recvfrom:
		return call_recvfrom(INT(0), PTR(1), (size_t)arg[2], INT(3),
				     PTR(4), PTR(5));
	case SYS_sendmsg:
		return call_sendmsg(INT(0), PTR(1), INT(2));
	case SYS_recvmsg:
		return call_recvmsg(INT(0), PTR(1), INT(2));
	case SYS_sendmmsg:
		return call_sendmmsg(INT(0), PTR(1), (unsigned)arg[2], INT(3));
	case SYS_recvmmsg:
		return call_recvmmsg(INT(0), PTR(1), (unsigned)arg[2], INT(3),
				     PTR(4));
	case SYS_fork:
	case SYS_vfork:
		return call_fork();
	case SYS_clone:
		return raw_clone((uint64_t)arg[0], nr, arg);
	case SYS_clone3:
		return raw_clone(clone3_flags(PTR(0), (size_t)arg[1]), nr, arg);
	case SYS_exit_group:
		call__exit(INT(0));
		return -1;
	default:
		return raw_syscall(nr, arg);
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
	return dispatch(nr, arg);
}
