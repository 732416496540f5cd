// SPDX-License-Identifier: MIT
/*
 * fork.c - the child shares every open socket
 *
 * Handlers of pthread_atfork() do the work, so that daemon() and others that
 * fork inside the C library are covered. The references of the child are taken
 * before the fork: the parent may close before the child runs.
 */
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "base/raw.h"
#include "shim/object/fd.h"
#include "shim/object/fdtab.h"
#include "shim/object/hold.h"
#include "shim/object/orphans.h"
#include "shim/object/round.h"
#include "shim/process/boot.h"
#include "shim/process/fork.h"
#include "shim/process/signals.h"

static struct fdtab *for_child; /* under the table's lock */
/* of this thread's last fork */
static __thread struct fdtab *last_child;
static __thread uint32_t last_fork; /* its pid before the child took it */

static void prepare(void)
{
	if (!booted())
		return;
	round_end();
	fdtab_lock();
	for_child = fdtab_copy();
	last_fork = for_child ? for_child->pid : 0;
}

static void in_parent(void)
{
	if (!booted())
		return;
	last_child = for_child;
	for_child = NULL;
	fdtab_unlock();
}

static void in_child(void)
{
	struct fdtab *t = for_child;

	if (!booted())
		return;
	for_child = NULL;
	signal_after_fork();
	sock_hold_after_fork();
	ix_after_fork();
	signal_after_fork();
	if (t)
		fdtab_adopt(t);
	else
		fd_self.limit = 0; /* too many processes */
}

int fork_init(void)
{
	return -pthread_atfork(prepare, in_parent, in_child);
}

pid_t fork_told(pid_t pid)
{
	int saved = errno;

	if (pid && booted() && last_child) {
		if (pid < 0)
			fdtab_drop(last_child);
		else
			orphans_tell(last_child, last_fork, pid);
		last_child = NULL;
	}
	errno = saved;
	return pid;
}

pid_t fork_raw(long nr, const long args[6])
{
	pid_t pid;

	boot_settle();
	prepare();
	pid = (pid_t)raw_syscall(nr, args);
	if (pid == 0)
		in_child();
	else
		in_parent();
	return fork_told(pid);
}

/*
 * A process that ends has closed its sockets when its parent hears of it. One
 * that is killed leaves that to the owner.
 */
void fork_leave(void)
{
	struct fdtab *t = fd_self.tab;

	if (!booted() || !fd_self.limit || t->pid != (uint32_t)getpid())
		return;
	round_end();
	fd_self.limit = 0;
	fdtab_drop(t);
}

__attribute__((destructor(101))) static void at_exit(void)
{
	fork_leave();
}
