// SPDX-License-Identifier: MIT
/*
 * fork.c - new processes: fork, vfork, and clone's decision between thread
 * and process
 *
 * A process of the program is a process of the host with a virtual machine of
 * its own. A vfork's child gets a copy of memory like any other, for a
 * virtual machine belongs to one address space and an exec must empty it.
 */
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dune/host/host.h"
#include "dune/host/self.h"
#include "dune/mem/user.h"
#include "dune/task/fork.h"
#include "dune/task/sighost.h"
#include "dune/task/sigtable.h"
#include "dune/task/thread.h"
#include "dune/task/threads.h"
#include "dune/task/vfork.h"
#include "dune/vm/vcpu.h"
#include "dune/vm/vm.h"

#define TASK_SIZE UINT64_C(0x7ffffffff000)

/* --- fork --- */
static void become_child(struct dune_thread *t, const struct clone_request *req)
{
	pid_t tid;

	threads_forked(t);
	signals_forked(t);
	if (dune_vm_rebuild(t) || dune_fpu_set(t, t->signals->fpu)) {
		static const char line[] = "ix-run: no virtual machine for a "
					   "forked process\n";

		host(SYS_write, 2, line, sizeof(line) - 1);
		_exit(125);
	}
	if (req->stack)
		t->regs.rsp = req->stack;
	if (req->flags & CLONE_SETTLS)
		t->regs.fs_base = req->tls;
	tid = t->tid;
	if (req->flags & CLONE_CHILD_SETTID)
		user_put(req->child_tid, &tid, sizeof(tid));
	if (req->flags & CLONE_CHILD_CLEARTID)
		t->clear_tid = req->child_tid;
	if (req->flags & CLONE_CLEAR_SIGHAND)
		sig_action_default(false);
	t->full = 1;
}

/* In the parent. An address that is bad is not an error, as in Linux. */
static void tell_parent(const struct clone_request *req, pid_t pid)
{
	int fd;

	if (req->flags & CLONE_PARENT_SETTID)
		user_put(req->parent_tid, &pid, sizeof(pid));
	if (req->flags & CLONE_PIDFD) {
		fd = (int)host(SYS_pidfd_open, pid, 0);
		user_put(req->pidfd, &fd, sizeof(fd));
	}
}

static long fork_process(struct dune_thread *t, const struct clone_request *req)
{
	struct vfork *v = NULL;
	pid_t pid;
	int rc;

	/* the child's vCPU is a new one */
	rc = dune_fpu_get(t, t->signals->fpu);
	if (rc)
		return rc;
	if ((req->flags & CLONE_VFORK) && !(v = vfork_begin(t)))
		return -ENOMEM;
	signals_close(t);
	pid = fork();
	if (pid == 0) {
		vfork_child(v);
		become_child(t, req);
		return 0;
	}
	if (pid < 0) {
		pid = -errno;
	} else {
		if (dune_config.forked)
			dune_config.forked(pid);
		tell_parent(req, pid);
	}
	if (v)
		vfork_end(v, pid);
	signals_open(t);
	return pid;
}

/* --- clone --- */
/* A table of files of its own would give its numbers other meanings than those
 * that were judged by another thread, or by /proc/self; a root of its own, or
 * a working directory, likewise the names. */
#define THREAD_NEEDS \
	(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_FILES | CLONE_FS)
#define NAMESPACES                                                     \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | \
	 CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME)
#define FORK_KNOWN                                                     \
	(CLONE_VM | CLONE_VFORK | CLONE_SETTLS | CLONE_PARENT_SETTID | \
	 CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_PIDFD |     \
	 CLONE_CLEAR_SIGHAND | CLONE_SYSVSEM | CLONE_UNTRACED |        \
	 CLONE_DETACHED | CLONE_IO)
#define THREAD_KNOWN                                                         \
	(THREAD_NEEDS | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | \
	 CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_DETACHED |        \
	 CLONE_UNTRACED | CLONE_IO | CLONE_PARENT)

static long clone_any(struct dune_thread *t, const struct clone_request *req)
{
	uint64_t flags = req->flags;

	if ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM))
		return -EINVAL;
	if (flags & NAMESPACES)
		return -EPERM;
	if ((flags & CLONE_SETTLS) && req->tls >= TASK_SIZE)
		return -EPERM;
	if (flags & CLONE_THREAD) {
		if ((flags & THREAD_NEEDS) != THREAD_NEEDS ||
		    (flags & ~(uint64_t)THREAD_KNOWN))
			return -EINVAL;
		return thread_create(t, req);
	}
	/* Memory is shared with a parent that waits, or not at all. */
	if ((flags & CLONE_VM) && !(flags & CLONE_VFORK))
		return -EINVAL;
	if ((flags & ~(uint64_t)FORK_KNOWN) || req->exit_signal != SIGCHLD)
		return -EINVAL;
	return fork_process(t, req);
}

long sys_clone(struct dune_thread *t, const uint64_t a[6])
{
	struct clone_request req = {
		.flags = (uint32_t)a[0] & ~(uint32_t)CSIGNAL,
		.exit_signal = (int)(a[0] & CSIGNAL),
		.stack = a[1],
		.parent_tid = a[2],
		.child_tid = a[3],
		.tls = a[4],
		.pidfd = a[2],
	};

	if ((req.flags & CLONE_PIDFD) && (req.flags & CLONE_PARENT_SETTID))
		return -EINVAL;
	return clone_any(t, &req);
}

static bool all_zero(uint64_t at, uint64_t len)
{
	uint8_t byte;

	for (; len; len--, at++)
		if (user_get(&byte, at, 1) || byte)
			return false;
	return true;
}

long sys_clone3(struct dune_thread *t, const uint64_t a[6])
{
	struct clone_args in = { .flags = 0 };
	struct clone_request req;
	uint64_t size = a[1];

	if (size > 4096)
		return -E2BIG;
	if (size < CLONE_ARGS_SIZE_VER0)
		return -EINVAL;
	if (user_get(&in, a[0], size < sizeof(in) ? size : sizeof(in)))
		return -EFAULT;
	if (size > sizeof(in) &&
	    !all_zero(a[0] + sizeof(in), size - sizeof(in)))
		return -E2BIG;
	if (in.set_tid || in.set_tid_size || (in.flags & CLONE_INTO_CGROUP))
		return -EPERM;
	if ((in.flags & (CLONE_DETACHED | CSIGNAL)) || in.exit_signal > 64 ||
	    !in.stack != !in.stack_size)
		return -EINVAL;
	if ((in.flags & CLONE_THREAD) && in.exit_signal)
		return -EINVAL;
	req = (struct clone_request){
		.flags = in.flags,
		.exit_signal = (int)in.exit_signal,
		.stack = in.stack ? in.stack + in.stack_size : 0,
		.tls = in.tls,
		.parent_tid = in.parent_tid,
		.child_tid = in.child_tid,
		.pidfd = in.pidfd,
	};
	return clone_any(t, &req);
}

long sys_fork(struct dune_thread *t, const uint64_t a[6])
{
	const struct clone_request req = { .exit_signal = SIGCHLD };

	(void)a;
	return fork_process(t, &req);
}

long sys_vfork(struct dune_thread *t, const uint64_t a[6])
{
	const struct clone_request req = {
		.flags = CLONE_VFORK | CLONE_VM,
		.exit_signal = SIGCHLD,
	};

	(void)a;
	return fork_process(t, &req);
}
