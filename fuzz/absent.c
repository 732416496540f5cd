// SPDX-License-Identifier: MIT
/*
 * absent.c - what the mediation calls that is not fuzzed: threads, signals'
 * delivery, the search for a file, the virtual machine
 */
#include <errno.h>

#include "dune/file/exe_link.h"
#include "dune/file/object.h"
#include "dune/file/procfs.h"
#include "dune/file/walk.h"
#include "dune/host/core.h"
#include "dune/host/layout.h"
#include "dune/host/maps.h"
#include "dune/host/self.h"
#include "dune/task/deliver.h"
#include "dune/task/exec.h"
#include "dune/task/fork.h"
#include "dune/task/robust.h"
#include "dune/task/sigframe.h"
#include "dune/task/sighost.h"
#include "dune/task/sigtable.h"
#include "dune/task/thread.h"
#include "dune/task/threads.h"
#include "dune/vm/exec_range.h"
#include "dune/vm/fatal.h"
#include "dune/vm/tables.h"
#include "fuzz/instead.h"
#include "fuzz/kernel.h"

__thread struct dune_thread *dune_self;
struct dune_config dune_config;
bool core_dumpable = true;

/* --- calls that make threads, processes and frames --- */

#define ABSENT(name)                                          \
	long name(struct dune_thread *t, const uint64_t a[6]) \
	{                                                     \
		(void)t;                                      \
		(void)a;                                      \
		return -ENOSYS;                               \
	}
ABSENT(sys_clone)
ABSENT(sys_clone3)
ABSENT(sys_fork)
ABSENT(sys_vfork)
ABSENT(sys_execve)
ABSENT(sys_execveat)
ABSENT(sys_exit)
ABSENT(sys_exit_group)
ABSENT(sys_set_tid_address)
ABSENT(sys_set_robust_list)
ABSENT(sys_get_robust_list)
ABSENT(sys_sigaltstack)

bool threads_one(void)
{
	return true;
}

bool thread_exists(pid_t tid)
{
	return tid & 1;
}

/* Of /proc the mediation reads what a descriptor names as a process: none here. */
int maps_proc_open(const char *name, int flags)
{
	(void)name;
	(void)flags;
	return -ENOENT;
}

/* --- signals --- */

void signals_set_mask(struct dune_thread *t, uint64_t mask)
{
	t->signals->mask = mask;
}

int frame_pop(struct dune_thread *t)
{
	(void)t;
	return -EFAULT;
}

void signal_bad_frame(struct dune_thread *t, int sig)
{
	(void)t;
	(void)sig;
}

void signals_open(struct dune_thread *t)
{
	t->signals->closed = 0;
}

void sig_action_set(int sig, const struct sig_action *act,
		    struct sig_action *old_out)
{
	static struct sig_action actions[65];

	*old_out = actions[sig];
	if (act)
		actions[sig] = *act;
}

/* --- files --- */

int open_find(int dirfd, const char *path, int flags, uint64_t resolve)
{
	struct {
		uint64_t flags, mode, resolve;
	} how = { (uint64_t)flags, 0, resolve };

	return (int)kernel_call(SYS_openat2, (uint64_t)dirfd, (uint64_t)path,
				(uint64_t)&how, sizeof(how), 0, 0);
}

int object_check(int fd, int flags)
{
	(void)fd;
	(void)flags;
	return kernel_pick(2) ? -EACCES : 0;
}

int procfs_root(void)
{
	return FD_HIDDEN;
}

const char *exe_path(void)
{
	return "/bin/program";
}

bool exe_is_link(const char *path)
{
	return path[0] == 1;
}

const char *exe_substitute(const char *path)
{
	return exe_is_link(path) ? exe_path() : path;
}

/* --- the virtual machine --- */

int dune_low_window(void)
{
	return -ENOMEM;
}

void dune_exec_range(uint64_t start, uint64_t end, bool executable)
{
	(void)executable;
	MUST(!((start | end) & PAGE_MASK));
	kernel_range(start, end - start);
}

void dune_fatal(struct dune_thread *t, const char *what)
{
	(void)t;
	fprintf(stderr, "%s\n", what);
	abort();
}

void maps_begin(struct dune_maps *m)
{
	(void)m;
}

void maps_end(void)
{
}

bool maps_next(struct dune_maps *m, struct dune_vma *out)
{
	(void)m;
	(void)out;
	return false;
}

bool maps_find(uint64_t addr, struct dune_vma *out)
{
	uint64_t len = addr == SEGMENT_AT ? linux_segment() : PAGE_SIZE;

	*out = (struct dune_vma){ .start = addr, .end = addr + len };
	return true;
}
