// SPDX-License-Identifier: MIT
/*
 * run.c - the KVM_RUN loop: into the guest, out of it, and why
 *
 * A signal's host handler sets immediate_exit, so KVM_RUN either returns
 * -EINTR or is not begun. If that met ring 3, or ring 0 past its last look at
 * t->kick, the registers are taken to t->regs and ring 3 is entered anew by
 * dune_leave; anywhere else in ring 0, t->kick makes it come out at its end.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dune/core.h"
#include "dune/host.h"
#include "dune/native.h"
#include "dune/vm.h"

/* What a program may set: Linux's FIX_EFLAGS and ID; interrupts are on. */
#define USER_RFLAGS UINT64_C(0x250dd5)
#define RFLAGS_FIXED UINT64_C(0x202)

void dune_kick(struct dune_thread *t)
{
	t->kick = 1;
	t->run->immediate_exit = 1;
}

/* --- one stay in the guest --- */
enum outcome {
	IN_RING0, /* on with ring 0: regs are not complete */
	REGS,	  /* of ring 3 are complete */
	SYSCALL,  /* the same, and rax is a result */
};

static bool leaving(uint64_t rip)
{
	return rip >= (uint64_t)dune_leave && rip < (uint64_t)dune_leave_end;
}

/* Ring 3's registers, for a new start at dune_leave. */
static void take_regs(struct dune_thread *t, bool is_leaving)
{
	struct kvm_sregs s;

	if (ioctl(t->vcpu->fd, KVM_GET_SREGS, &s) < 0 ||
	    vcpu_capture(t, &s, is_leaving) < 0)
		dune_fatal(t, "the registers cannot be read");
	t->full = 1;
	t->reset = true;
}

static bool in_user(struct dune_thread *t)
{
	int rc = vcpu_in_user(t);

	if (rc < 0)
		dune_fatal(t, "the registers cannot be read");
	return rc;
}

static enum outcome interrupted(struct dune_thread *t)
{
	struct kvm_regs r;
	bool out;

	t->stats.interrupts++;
	if (t->reset)
		return REGS;
	if (ioctl(t->vcpu->fd, KVM_GET_REGS, &r) < 0)
		dune_fatal(t, "the registers cannot be read");
	out = leaving(r.rip);
	if (!out && !in_user(t)) {
		t->kick = 1;
		return IN_RING0;
	}
	take_regs(t, out);
	return REGS;
}

static int run_guest(struct dune_thread *t)
{
	int rc;

	t->stats.runs++;
	/* no two threads ever run one vCPU, whatever its descriptor says */
	if (t != dune_self || t->vcpu->thread != t)
		dune_fatal(t, "a vCPU of another thread");
	__atomic_store_n(&t->in_guest, 1, __ATOMIC_SEQ_CST);
	/* a replay goes to ring 3 without a look at flush */
	if (t->strict && __atomic_load_n(&t->flush, __ATOMIC_SEQ_CST))
		rc = -EINTR;
	else
		rc = ioctl(t->vcpu->fd, KVM_RUN, 0) < 0 ? -errno : 0;
	__atomic_store_n(&t->in_guest, 0, __ATOMIC_SEQ_CST);
	return rc;
}

static int enter(struct dune_thread *t)
{
	int rc;

	if (t->reset) {
		rc = vcpu_start(t);
		if (rc < 0)
			dune_fatal(t, "the vCPU cannot be set up");
		t->reset = false;
	}
	vcpu_current_cpu(t);
	return run_guest(t);
}

static enum outcome unexpected(struct dune_thread *t)
{
	switch (t->run->exit_reason) {
	case KVM_EXIT_INTERNAL_ERROR:
		if (!in_user(t))
			dune_fatal(t, "KVM reports an internal error");
		/* an instruction that KVM had to emulate and cannot */
		take_regs(t, false);
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

/* --- what came out --- */
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

/* Values that ring 0 could not load are no reason for it to fault. */
static void sanitise(struct dune_regs *r)
{
	r->rflags = (r->rflags & USER_RFLAGS) | RFLAGS_FIXED;
	r->fs_base = (uint64_t)((int64_t)(r->fs_base << 16) >> 16);
	r->gs_base = (uint64_t)((int64_t)(r->gs_base << 16) >> 16);
}

static enum outcome exited(struct dune_thread *t, int strict)
{
	if (t->run->exit_reason != KVM_EXIT_IO)
		return unexpected(t);
	switch ((enum dune_exit)t->exit) {
	case DUNE_EXIT_SYSCALL:
		dune_syscall(t);
		return SYSCALL;
	case DUNE_EXIT_EXCEPTION:
		return trap_exception(t, strict) ? REGS : IN_RING0;
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
	int rc = enter(t), strict;

	if (rc == -EFAULT)
		return trap_efault(t) ? REGS : IN_RING0;
	strict = trap_end_replay(t);
	if (rc == -EINTR)
		return interrupted(t);
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
		sanitise(&t->regs);
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
