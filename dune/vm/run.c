// SPDX-License-Identifier: MIT
/*
 * run.c - one stay in the guest: into it, and ring 3's registers out of it
 *
 * A signal's host handler sets immediate_exit, so KVM_RUN either returns
 * -EINTR or is not begun. If that met ring 3, or ring 0 past its last look at
 * t->kick, the registers are taken to t->regs and ring 3 is entered anew by
 * dune_leave; anywhere else in ring 0, t->kick makes it come out at its end.
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "dune/host/self.h"
#include "dune/vm/entry.h"
#include "dune/vm/fatal.h"
#include "dune/vm/run.h"
#include "dune/vm/vcpu.h"

/* What a program may set: Linux's FIX_EFLAGS and ID; interrupts are on. */
#define USER_RFLAGS UINT64_C(0x250dd5)
#define RFLAGS_FIXED UINT64_C(0x202)

void dune_kick(struct dune_thread *t)
{
	t->kick = 1;
	t->run->immediate_exit = 1;
}

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

bool run_take_user(struct dune_thread *t)
{
	if (!in_user(t))
		return false;
	take_regs(t, false);
	return true;
}

bool run_interrupted(struct dune_thread *t)
{
	struct kvm_regs r;
	bool out;

	t->stats.interrupts++;
	if (t->reset)
		return true;
	if (ioctl(t->vcpu->fd, KVM_GET_REGS, &r) < 0)
		dune_fatal(t, "the registers cannot be read");
	out = leaving(r.rip);
	if (!out && !in_user(t)) {
		t->kick = 1;
		return false;
	}
	take_regs(t, out);
	return true;
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

int run_enter(struct dune_thread *t)
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

/* Values that ring 0 could not load are no reason for it to fault. */
void run_sanitise(struct dune_regs *r)
{
	r->rflags = (r->rflags & USER_RFLAGS) | RFLAGS_FIXED;
	r->fs_base = (uint64_t)((int64_t)(r->fs_base << 16) >> 16);
	r->gs_base = (uint64_t)((int64_t)(r->gs_base << 16) >> 16);
}
