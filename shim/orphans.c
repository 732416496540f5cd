// SPDX-License-Identifier: MIT
/*
 * orphans.c - children that die before they have taken over their table
 *
 * The references of a child are taken before the fork, and given up by the
 * owner when a process that had attached is gone. A child that is killed before
 * it attaches is known to its parent alone, which tells the owner; the owner
 * waits for its end. Where the C library forks by itself (daemon()) nobody
 * knows the child's number.
 */
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shim/calls.h"
#include "shim/fd.h"
#include "shim/orphans.h"
#include "shim/relay.h"

#define TAG (UINT64_C(1) << 63) /* no address has it */

static bool change(struct fdtab *t, uint32_t from, uint32_t to)
{
	return __atomic_compare_exchange_n(&t->pid, &from, to, false,
					   __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* A child that runs already has its table and needs no watch. */
void orphans_tell(struct fdtab *t, uint32_t forking, pid_t child)
{
	if (!change(t, forking, FDTAB_TOLD | (uint32_t)child))
		return;
	__atomic_store_n(&shim_root->children_told, 1, __ATOMIC_RELEASE);
	relay_wake_owner();
}

static void watch(int epfd, struct fdtab *t, uint32_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct epoll_event ev = {
		.events = EPOLLIN,
		.data.u64 = TAG | (uint64_t)pid << 32 | (uint32_t)fd,
	};

	if (fd < 0 && errno != ESRCH)
		return;
	if (!change(t, FDTAB_TOLD | pid, FDTAB_WATCHED | pid) ||
	    (fd >= 0 && real_epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &ev) < 0)) {
		if (fd >= 0)
			real_close(fd);
	} else if (fd < 0) {
		orphans_gone(ev.data.u64);
	}
}

void orphans_watch(int epfd)
{
	struct fdtab *t;
	uint32_t i, pid;

	if (!__atomic_load_n(&shim_root->children_told, __ATOMIC_RELAXED) ||
	    !__atomic_exchange_n(&shim_root->children_told, 0,
				 __ATOMIC_ACQ_REL))
		return;
	for (i = 0; i < shim_root->tabs_max; i++) {
		t = fdtab_at(i);
		pid = __atomic_load_n(&t->pid, __ATOMIC_ACQUIRE);
		if ((pid & FDTAB_STATE) == FDTAB_TOLD)
			watch(epfd, t, pid & ~FDTAB_STATE);
	}
}

bool orphans_gone(uint64_t data)
{
	uint32_t i, pid = (uint32_t)((data & ~TAG) >> 32);
	int fd = (int)(uint32_t)data;

	if (!(data & TAG))
		return false;
	if (fd >= 0)
		real_close(fd);
	for (i = 0; i < shim_root->tabs_max; i++)
		if (change(fdtab_at(i), FDTAB_WATCHED | pid, FDTAB_FORKING))
			fdtab_drop(fdtab_at(i));
	return true;
}
