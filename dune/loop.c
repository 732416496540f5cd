// SPDX-License-Identifier: MIT
/*
 * loop.c - what a thread of the program does: into the guest, and what came out
 */
#include <errno.h>
#include <linux/kvm.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#include "dune/host/blocking.h"
#include "dune/host/host.h"
#include "dune/host/native.h"
#include "dune/host/self.h"
#include "dune/loop.h"
#include "dune/sys/mediate.h"
#include "dune/task/deliver.h"
#include "dune/trap.h"
#include "dune/vm/fatal.h"
#include "dune/vm/replay.h"
#include "dune/vm/run.h"

enum outcome {
	IN_RING0, /* on with ring 0: regs are not complete */
	REGS,	  /* of ring 3 are complete */
	SYSCALL,  /* the same, and rax is a result */
};

static enum outcome unexpected(struct dune_thread *t)
{
	switch (t->run->exit_reason) {
	case KVM_EXIT_INTERNAL_ERROR:
		if (!run_take_user(t))
			dune_fatal(t, "KVM reports an internal error");
		/* an instruction that KVM had to emulate and cannot */
		signal_fault(t, SIGILL, ILL_ILLOPN, t->regs.rip);
		return REGS;
	case KVM_EXIT_SHUTDOWN:
		dune_fatal(t, "triple fault in the guest");
	case KVM_EXIT_MMIO:
		dune_fatal(t, "access to an address that no window holds");
	default:
		dune_fatal(t, "unexpected exit of the guest");
	}
}

/* Calls of our own code that sleep: a signal for ring 3 ends them. */
static bool sleeps(uint64_t nr)
{
	switch (nr) {
	case SYS_poll:
	case SYS_ppoll:
	case SYS_select:
	case SYS_pselect6:
	case SYS_epoll_wait:
	case SYS_epoll_pwait:
	case SYS_epoll_pwait2:
	case SYS_nanosleep:
	case SYS_clock_nanosleep:
		return true;
	}
	return false;
}

static long as_ring0_sees(long ret)
{
	return ret == -DUNE_ERESTARTSYS || ret == -DUNE_ERESTARTNOINTR ?
		       -EINTR :
		       ret;
}

static void ring0_syscall(struct dune_thread *t)
{
	const uint64_t *a = t->ring0_arg;
	long ret;

	t->stats.ring0_syscalls++;
	if (sleeps(a[0]))
		ret = as_ring0_sees(dune_native((long)a[0], a[1], a[2], a[3],
						a[4], a[5], a[6]));
	else
		ret = host_call((long)a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
	t->result = (uint64_t)ret;
}

/* user: ring 3's registers are complete, and it gets this. */
static enum outcome trapped(struct dune_thread *t, bool user,
			    const struct trap_signal *s)
{
	if (user && s->sig)
		signal_fault(t, s->sig, s->code, s->addr);
	return user ? REGS : IN_RING0;
}

static enum outcome exited(struct dune_thread *t, int strict)
{
	struct trap_signal s = { 0 };

	if (t->run->exit_reason != KVM_EXIT_IO)
		return unexpected(t);
	switch ((enum dune_exit)t->exit) {
	case DUNE_EXIT_SYSCALL:
		dune_syscall(t);
		return SYSCALL;
	case DUNE_EXIT_EXCEPTION:
		return trapped(t, trap_exception(t, strict, &s), &s);
	case DUNE_EXIT_RING0_SYSCALL:
		ring0_syscall(t);
		return IN_RING0;
	case DUNE_EXIT_KICK:
		return REGS;
	}
	dune_fatal(t, "an exit that ring 0 does not make");
}

static enum outcome stay(struct dune_thread *t)
{
	int rc = run_enter(t), strict;
	struct trap_signal s = { 0 };

	if (rc == -EFAULT)
		return trapped(t, trap_efault(t, &s), &s);
	strict = replay_end(t);
	if (rc == -EINTR)
		return run_interrupted(t) ? REGS : IN_RING0;
	if (rc < 0)
		dune_fatal(t, strerror(-rc));
	return exited(t, strict);
}

/* What comes after this makes the next KVM_RUN return at once. */
static void look_at_signals(struct dune_thread *t, bool after_syscall)
{
	__atomic_store_n(&t->run->immediate_exit, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&t->kick, 0, __ATOMIC_SEQ_CST);
	signals_deliver(t, after_syscall);
	if (t->full)
		run_sanitise(&t->regs);
}

void dune_run_user(struct dune_thread *t)
{
	enum outcome o = REGS;

	t->full = 1;
	t->reset = true;
	for (;;) {
		if (o == IN_RING0)
			__atomic_store_n(&t->run->immediate_exit, 0,
					 __ATOMIC_SEQ_CST);
		else
			look_at_signals(t, o == SYSCALL);
		o = stay(t);
	}
}
