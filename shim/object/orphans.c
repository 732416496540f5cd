// SPDX-License-Identifier: MIT
/*
 * orphans.c - processes that die without having given up their table
 *
 * The references of a child are taken before the fork, and given up by the
 * owner when a process that had attached is gone. A child that is killed before
 * it attaches is known to its parent alone, which tells the owner; the owner
 * waits for its end. Where the C library forks by itself (daemon()) nobody
 * knows the child's number.
 *
 * In a guest it is the keeper that waits, and nobody tells it of processes that
 * had attached: it watches those that have a table.
 */
#include <errno.h>
#include <unistd.h>

#include "base/raw.h"
#include "libix/share/self.h"
#include "shim/host/host.h"
#include "shim/object/fdtab.h"
#include "shim/object/orphans.h"
#include "shim/object/owner.h"
#include "shim/object/root.h"

#define TAG (UINT64_C(1) << 63) /* no address has it */

/* Of the keeper: the processes that it watches, by their table's number. */
static bool all;
static uint32_t watched[FDTABS_MAX];

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
	owner_wake();
}

static void wait_for(int epfd, uint32_t pid)
{
	int fd = (int)raw_call(SYS_pidfd_open, pid, 0);
	struct epoll_event ev = {
		.events = EPOLLIN,
		.data.u64 = TAG | (uint64_t)pid << 32 | (uint32_t)fd,
	};

	if (fd < 0 && errno == ESRCH)
		orphans_gone(ev.data.u64);
	else if (fd >= 0 && host.epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &ev) < 0)
		host.close(fd);
}

static void watch(int epfd, uint32_t i)
{
	struct fdtab *t = fdtab_at(i);
	uint32_t pid = __atomic_load_n(&t->pid, __ATOMIC_ACQUIRE);
	uint32_t state = pid & FDTAB_STATE;

	if (state == FDTAB_TOLD) {
		pid &= ~FDTAB_STATE;
		if (change(t, FDTAB_TOLD | pid, FDTAB_WATCHED | pid))
			wait_for(epfd, pid);
	} else if (all && !state && pid && pid != watched[i] &&
		   pid != (uint32_t)getpid()) {
		watched[i] = pid;
		wait_for(epfd, pid);
	}
}

void orphans_watch(int epfd)
{
	uint32_t i;

	if (!__atomic_load_n(&shim_root->children_told, __ATOMIC_RELAXED) ||
	    !__atomic_exchange_n(&shim_root->children_told, 0,
				 __ATOMIC_ACQ_REL))
		return;
	for (i = 0; i < shim_root->tabs_max; i++)
		watch(epfd, i);
}

void orphans_watch_all(void)
{
	all = true;
	__atomic_store_n(&shim_root->children_told, 1, __ATOMIC_RELEASE);
}

/* Its number may be another's soon. */
static void bury(uint32_t pid)
{
	uint32_t i;

	ix_process_gone((int)pid);
	for (i = 0; i < FDTABS_MAX; i++)
		if (watched[i] == pid)
			watched[i] = 0;
}

bool orphans_gone(uint64_t data)
{
	uint32_t i, pid = (uint32_t)((data & ~TAG) >> 32);
	int fd = (int)(uint32_t)data;

	if (!(data & TAG))
		return false;
	if (fd >= 0)
		host.close(fd);
	for (i = 0; i < shim_root->tabs_max; i++)
		if (change(fdtab_at(i), FDTAB_WATCHED | pid, FDTAB_FORKING))
			fdtab_drop(fdtab_at(i));
	if (all)
		bury(pid);
	return true;
}
