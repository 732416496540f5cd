// SPDX-License-Identifier: MIT
/*
 * trap.c - exceptions and -EFAULT, and who gets them
 *
 * Program memory is present for the guest's tables whatever the host has
 * there, so an access that the host's mapping denies makes KVM_RUN fail with
 * EFAULT and no address. It is replayed with tables that are as strict as the
 * mappings: then the guest itself faults, with the address. If even that fails
 * with EFAULT the page is behind the end of its file: SIGBUS.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dune/host/maps.h"
#include "dune/host/self.h"
#include "dune/host/uaccess.h"
#include "dune/mem/aspace.h"
#include "dune/trap.h"
#include "dune/vm/entry.h"
#include "dune/vm/fatal.h"
#include "dune/vm/pagetable.h"
#include "dune/vm/replay.h"
#include "dune/vm/strict.h"
#include "dune/vm/tables.h"
#include "dune/vm/vcpu.h"

#define PF_PRESENT 1
#define PF_WRITE 2
#define PF_FETCH 16

/* --- -EFAULT --- */
static void ring0_efault(struct dune_thread *t, const struct kvm_regs *r)
{
	struct kvm_regs to = *r;

	to.rip = dune_fixup_find(r->rip);
	if (!to.rip)
		dune_fatal(t, "ring 0 touched memory that the host denies");
	if (ioctl(t->vcpu->fd, KVM_SET_REGS, &to) < 0)
		dune_fatal(t, "the registers cannot be set");
}

bool trap_efault(struct dune_thread *t, struct trap_signal *out)
{
	struct kvm_sregs s;
	struct kvm_regs r;

	t->stats.efaults++;
	if (ioctl(t->vcpu->fd, KVM_GET_SREGS, &s) < 0 ||
	    ioctl(t->vcpu->fd, KVM_GET_REGS, &r) < 0)
		dune_fatal(t, "the registers cannot be read");
	if ((s.cs.selector & 3) != 3) {
		ring0_efault(t, &r);
		return false;
	}
	if (++t->strict <= 2) {
		replay_begin(t, t->strict == 2);
		return false;
	}
	/* denied by no mapping and behind no file's end: the page is lost */
	replay_end(t);
	vcpu_capture(t, &s, false);
	t->full = 1;
	t->reset = true;
	t->trap = (struct dune_trap){ .vec = 14, .rip = r.rip };
	*out = (struct trap_signal){ SIGBUS, BUS_ADRERR, r.rip };
	return true;
}

/* --- page faults --- */
static bool vma_allows(uint64_t addr, uint64_t err)
{
	struct dune_vma v;
	int need = err & PF_FETCH ? PROT_EXEC :
		   err & PF_WRITE ? PROT_WRITE :
				    PROT_READ | PROT_WRITE | PROT_EXEC;

	return maps_find(addr, &v) && (v.prot & need);
}

/* Another thread made it legal meanwhile, or the CPU had an old entry. */
static bool legal_by_now(const struct dune_trap *x, int strict)
{
	uint64_t e = pt_lookup(&dune_pt, x->cr2);

	if (!(e & PTE_U) || ((x->err & PF_WRITE) && !(e & PTE_W)) ||
	    ((x->err & PF_FETCH) && (e & PTE_NX)))
		return false;
	return !strict || vma_allows(x->cr2, x->err);
}

/* A piece of a window that the guest had no use for so far. */
static bool first_use(const struct dune_trap *x)
{
	int rc = x->err & PF_PRESENT ? 0 : vm_use(x->cr2, x->cr2 + 1);

	if (rc < 0)
		dune_fatal(dune_self, "no memory slot for the guest");
	return rc > 0;
}

static bool in_region(uint64_t addr)
{
	const struct dune_region *r = dune_config.regions;
	unsigned i;

	for (i = 0; i < dune_config.nregions; i++)
		if (addr - (uint64_t)r[i].base < r[i].size)
			return true;
	return false;
}

static struct trap_signal page_fault(const struct dune_trap *x, int strict)
{
	const struct trap_signal none = { 0 };
	bool exists;

	if (first_use(x))
		return none;
	if (strict == 2 && vm_behind_file(x->cr2))
		return (struct trap_signal){ SIGBUS, BUS_ADRERR, x->cr2 };
	/* while a mapping changes it may be without for a moment */
	if (!strict && (x->err & PF_FETCH) && aspace_executable(x->cr2))
		return none;
	if (legal_by_now(x, strict))
		return none;
	exists = aspace_mapped(x->cr2) || in_region(x->cr2);
	return (struct trap_signal){ SIGSEGV,
				     exists ? SEGV_ACCERR : SEGV_MAPERR,
				     x->cr2 };
}

/* --- the others --- */
static int fpe_code(unsigned flags)
{
	if (flags & 1)
		return FPE_FLTINV;
	if (flags & 4)
		return FPE_FLTDIV;
	if (flags & 8)
		return FPE_FLTOVF;
	if (flags & 0x12)
		return FPE_FLTUND;
	return flags & 0x20 ? FPE_FLTRES : FPE_FLTUNK;
}

/* Which of the exceptions that it does not mask came up. */
static int fpu_code(struct dune_thread *t)
{
	uint8_t *x = malloc(dune_fpu_size());
	uint16_t fcw, fsw;
	uint32_t mxcsr;
	int code = FPE_FLTUNK;

	if (x && dune_fpu_get(t, x) == 0) {
		memcpy(&fcw, x, sizeof(fcw));
		memcpy(&fsw, x + 2, sizeof(fsw));
		memcpy(&mxcsr, x + 24, sizeof(mxcsr));
		code = fpe_code(t->trap.vec == 16 ?
					fsw & ~fcw & 0x3fu :
					mxcsr & ~(mxcsr >> 7) & 0x3fu);
	}
	free(x);
	return code;
}

static struct trap_signal user_exception(struct dune_thread *t, int strict)
{
	uint64_t rip = t->regs.rip;

	switch (t->trap.vec) {
	case 0:
		return (struct trap_signal){ SIGFPE, FPE_INTDIV, rip };
	case 1:
		return (struct trap_signal){ SIGTRAP, TRAP_TRACE, rip };
	case 3:
		return (struct trap_signal){ SIGTRAP, SI_KERNEL, 0 };
	case 6:
		return (struct trap_signal){ SIGILL, ILL_ILLOPN, rip };
	case 11:
	case 12:
		return (struct trap_signal){ SIGBUS, SI_KERNEL, 0 };
	case 14:
		return page_fault(&t->trap, strict);
	case 16:
	case 19:
		return (struct trap_signal){ SIGFPE, fpu_code(t), rip };
	case 17:
		return (struct trap_signal){ SIGBUS, BUS_ADRALN, 0 };
	default:
		return (struct trap_signal){ SIGSEGV, SI_KERNEL, 0 };
	}
}

/* Code that the host has mapped since the start. */
static bool new_text(uint64_t addr)
{
	int rc = vm_new_text(addr);

	if (rc < 0)
		dune_fatal(dune_self, "no memory for page tables");
	return rc;
}

/* A bad address in a checked copy; anything else is our own error, or a
 * return to ring 3 with registers that it may not have. */
static bool ring0_exception(struct dune_thread *t, struct trap_signal *out)
{
	struct dune_trap *x = &t->trap;
	uint64_t to = dune_fixup_find(x->rip);

	if (x->vec == 14 && first_use(x))
		return false;
	if (x->vec == 14 && (x->err & PF_FETCH) && new_text(x->cr2))
		return false;
	if (to && (x->vec == 14 || x->vec == 13)) {
		x->rip = to;
		return false;
	}
	if (x->rip >= (uint64_t)dune_leave &&
	    x->rip < (uint64_t)dune_leave_end) {
		t->full = 1;
		t->reset = true;
		*out = (struct trap_signal){ SIGSEGV, SI_KERNEL, 0 };
		return true;
	}
	dune_fatal(t, "exception in ring 0");
}

bool trap_exception(struct dune_thread *t, int strict, struct trap_signal *out)
{
	if ((t->trap.cs & 3) != 3)
		return ring0_exception(t, out);
	t->stats.exceptions++;
	*out = user_exception(t, strict);
	return true;
}
