// SPDX-License-Identifier: MIT
/*
 * sigframe.c - the kernel's rt_sigframe on the program's stack, and back
 *
 * Trust: rt_sigreturn reads a frame that the program may have written. From
 * it come general registers (a return to a bad address faults in ring 3), the
 * flags that Linux lets through, an FPU state with a checked header, a mask
 * and an alternate stack; never a segment.
 */
#include <cpuid.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ucontext.h>

#include "dune/host/native.h"
#include "dune/host/self.h"
#include "dune/host/sigstate.h"
#include "dune/mem/user.h"
#include "dune/task/sigframe.h"
#include "dune/task/sighost.h"
#include "dune/task/sigtable.h"
#include "dune/vm/vcpu.h"

#define REDZONE 128
#define UC_FP_XSTATE 1
#define UC_SIGCONTEXT_SS 2
#define UC_STRICT_RESTORE_SS 4
#define USER_CS 0x33
#define USER_SS 0x2b
#define SS_AUTODISARM (1u << 31)
#define SA_RESTORER 0x04000000u
/* what a program may set: AC OF DF TF SF ZF AF PF CF RF */
#define FLAGS_USER UINT64_C(0x50dd5)
#define FLAG_TF UINT64_C(0x100)
#define FLAG_DF UINT64_C(0x400)
#define FLAG_RF UINT64_C(0x10000)
#define CANONICAL_END (UINT64_C(1) << 47)

/* --- struct sigcontext, ucontext and rt_sigframe of the kernel --- */
struct sig_context {
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t di, si, bp, bx, dx, ax, cx, sp, ip, flags;
	uint16_t cs, gs, fs, ss;
	uint64_t err, trapno, oldmask, cr2;
	uint64_t fpstate;
	uint64_t reserved[8];
};

struct sig_ucontext {
	uint64_t flags, link;
	struct sig_stack stack;
	struct sig_context mc;
	uint64_t mask;
};

struct sig_frame {
	uint64_t restorer;
	struct sig_ucontext uc;
	siginfo_t info;
};
_Static_assert(sizeof(struct sig_context) == 256, "sigcontext");
_Static_assert(sizeof(struct sig_frame) == 440, "rt_sigframe");

/* --- the FPU's part: an XSAVE area that names itself --- */
#define XSAVE_LEGACY 512
#define XSAVE_HEADER 64
#define XSAVE_MIN (XSAVE_LEGACY + XSAVE_HEADER)
#define XSAVE_MAX 16384
#define XFEATURE_FPSSE 3
#define SW_BYTES 464 /* offset */
#define MAGIC1 0x46505853u
#define MAGIC2 0x46505845u
#define FCW_INIT 0x37f
#define MXCSR_INIT 0x1f80

struct sw_bytes {
	uint32_t magic1, extended_size;
	uint64_t xfeatures;
	uint32_t xstate_size;
	uint32_t pad[7];
};
_Static_assert(SW_BYTES + sizeof(struct sw_bytes) == XSAVE_LEGACY, "xsave");

static uint64_t xcr0(void)
{
	uint32_t lo, hi;

	__asm__("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	return lo | (uint64_t)hi << 32;
}

/* Of the features that the guest has, which are the host's. */
static uint32_t xsave_size(void)
{
	static uint32_t size;
	unsigned a, b, c, d;

	if (!size) {
		__cpuid_count(0xd, 0, a, b, c, d);
		size = b >= XSAVE_MIN && b <= XSAVE_MAX ? b : XSAVE_MIN;
		if (size > dune_fpu_size())
			size = (uint32_t)dune_fpu_size();
	}
	return size;
}

static void xsave_init(uint8_t *x)
{
	uint16_t fcw = FCW_INIT;
	uint32_t mxcsr = MXCSR_INIT;

	memset(x, 0, dune_fpu_size());
	memcpy(x, &fcw, sizeof(fcw));
	memcpy(x + 24, &mxcsr, sizeof(mxcsr));
}

void frame_reset_fpu(struct dune_thread *t)
{
	xsave_init(t->signals->fpu);
	dune_fpu_set(t, t->signals->fpu);
}

static int put_fpu(struct dune_thread *t, uint64_t to)
{
	uint32_t size = xsave_size(), magic2 = MAGIC2;
	struct sw_bytes sw = {
		.magic1 = MAGIC1,
		.extended_size = size + (uint32_t)sizeof(magic2),
		.xfeatures = xcr0(),
		.xstate_size = size,
	};
	uint8_t *x = t->signals->fpu;
	int rc = dune_fpu_get(t, x);

	if (rc)
		return rc;
	memcpy(x + SW_BYTES, &sw, sizeof(sw));
	rc = user_put(to, x, size);
	return rc ? rc : user_put(to + size, &magic2, sizeof(magic2));
}

/* The state at from into x, as far as its magic words hold. Its header is
 * such that XRSTOR would take it. */
static int get_xsave(uint8_t *x, uint64_t from)
{
	uint32_t size = xsave_size(), magic2 = 0;
	uint64_t header[XSAVE_HEADER / 8] = { XFEATURE_FPSSE };
	struct sw_bytes sw;

	memcpy(&sw, x + SW_BYTES, sizeof(sw));
	if (sw.magic1 == MAGIC1 && sw.xstate_size >= XSAVE_MIN &&
	    sw.xstate_size <= size && sw.extended_size >= sw.xstate_size + 4 &&
	    !user_get(&magic2, from + sw.xstate_size, 4) && magic2 == MAGIC2) {
		if (user_get(x + XSAVE_LEGACY, from + XSAVE_LEGACY,
			     sw.xstate_size - XSAVE_LEGACY))
			return -EFAULT;
		memcpy(header, x + XSAVE_LEGACY, sizeof(header));
		for (size_t i = 1; i < XSAVE_HEADER / 8; i++)
			if (header[i])
				return -EINVAL;
		if (header[0] & ~xcr0())
			return -EINVAL;
		header[0] &= sw.xfeatures;
	}
	/* else what fxsave knows; the rest has its initial values */
	memcpy(x + XSAVE_LEGACY, header, sizeof(header));
	return 0;
}

static int get_fpu(struct dune_thread *t, uint64_t from)
{
	uint8_t *x = t->signals->fpu;
	uint32_t mxcsr, mxcsr_mask;
	int rc;

	rc = dune_fpu_get(t, x);
	if (rc)
		return rc;
	memcpy(&mxcsr_mask, x + 28, sizeof(mxcsr_mask));
	xsave_init(x);
	if (!from)
		return dune_fpu_set(t, x);
	if (user_get(x, from, XSAVE_LEGACY) || get_xsave(x, from))
		return -EFAULT;
	memcpy(&mxcsr, x + 24, sizeof(mxcsr));
	if (mxcsr & ~(mxcsr_mask ? mxcsr_mask : 0xffbf))
		return -EINVAL;
	memset(x + SW_BYTES, 0, sizeof(struct sw_bytes));
	return dune_fpu_set(t, x);
}

/* --- the alternate stack --- */
static bool alt_usable(const struct dune_signals *s)
{
	return s->alt.size && !((unsigned)s->alt.flags & SS_DISABLE);
}

static bool within_alt(const struct dune_signals *s, uint64_t sp)
{
	return sp > s->alt.base && sp - s->alt.base <= s->alt.size;
}

bool frame_on_altstack(const struct dune_signals *s, uint64_t sp)
{
	if ((unsigned)s->alt.flags & SS_AUTODISARM)
		return false;
	return alt_usable(s) && within_alt(s, sp);
}

static struct sig_stack alt_describe(const struct dune_signals *s, uint64_t sp)
{
	struct sig_stack out = s->alt;

	out.pad = 0;
	out.flags = (int)((unsigned)s->alt.flags & SS_AUTODISARM);
	if (!alt_usable(s))
		out.flags |= SS_DISABLE;
	else if (frame_on_altstack(s, sp))
		out.flags |= SS_ONSTACK;
	return out;
}

static size_t alt_minimum(void)
{
	size_t size = getauxval(AT_MINSIGSTKSZ);

	return size ? size : 2048;
}

static long alt_set(struct dune_signals *s, const struct sig_stack *in,
		    uint64_t sp, size_t minimum)
{
	unsigned mode = (unsigned)in->flags & ~SS_AUTODISARM;

	if (frame_on_altstack(s, sp))
		return -EPERM;
	if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0)
		return -EINVAL;
	if (mode == SS_DISABLE) {
		s->alt = (struct sig_stack){ .flags = in->flags };
		return 0;
	}
	if (in->size < minimum)
		return -ENOMEM;
	s->alt = *in;
	return 0;
}

long sys_sigaltstack(struct dune_thread *t, const uint64_t a[6])
{
	struct dune_signals *s = t->signals;
	struct sig_stack in, old = alt_describe(s, t->regs.rsp);
	long rc;

	if (a[0]) {
		if (user_get(&in, a[0], sizeof(in)))
			return -EFAULT;
		rc = alt_set(s, &in, t->regs.rsp, alt_minimum());
		if (rc)
			return rc;
	}
	if (a[1] && user_put(a[1], &old, sizeof(old)))
		return -EFAULT;
	return 0;
}

/* --- pushing --- */
static void save_registers(const struct dune_thread *t, struct sig_context *mc)
{
	const struct dune_regs *r = &t->regs;

	*mc = (struct sig_context){
		.r8 = r->r8,
		.r9 = r->r9,
		.r10 = r->r10,
		.r11 = r->r11,
		.r12 = r->r12,
		.r13 = r->r13,
		.r14 = r->r14,
		.r15 = r->r15,
		.di = r->rdi,
		.si = r->rsi,
		.bp = r->rbp,
		.bx = r->rbx,
		.dx = r->rdx,
		.ax = r->rax,
		.cx = r->rcx,
		.sp = r->rsp,
		.ip = r->rip,
		.flags = r->rflags,
		.cs = USER_CS,
		.ss = USER_SS,
		.err = t->signals->fault.err,
		.trapno = t->signals->fault.vec,
		.cr2 = t->signals->fault.cr2,
	};
}

/* Where the frame goes; its FPU state lies above it. 0: nowhere. */
static uint64_t place_frame(const struct dune_thread *t, uint64_t flags,
			    uint64_t *fpu_out)
{
	const struct dune_signals *s = t->signals;
	uint64_t sp = t->regs.rsp - REDZONE;
	bool nested = frame_on_altstack(s, t->regs.rsp);
	bool entering = false;

	if ((flags & SA_ONSTACK) && !nested && alt_usable(s)) {
		sp = s->alt.base + s->alt.size;
		entering = true;
	}
	*fpu_out = (sp - xsave_size() - sizeof(uint32_t)) & ~UINT64_C(63);
	sp = ((*fpu_out - sizeof(struct sig_frame)) & ~UINT64_C(15)) - 8;
	/* an overflow of the alternate stack is fatal, as in Linux */
	if ((nested || entering) && !within_alt(s, sp))
		return 0;
	return sp;
}

static void enter_handler(struct dune_thread *t, uint64_t sp, int sig,
			  uint64_t handler)
{
	struct dune_regs *r = &t->regs;

	r->rip = handler;
	r->rsp = sp;
	r->rdi = (uint64_t)sig;
	r->rsi = sp + offsetof(struct sig_frame, info);
	r->rdx = sp + offsetof(struct sig_frame, uc);
	r->rax = 0;
	r->rflags &= ~(FLAG_DF | FLAG_RF | FLAG_TF);
	t->full = 1;
}

int frame_push(struct dune_thread *t, int sig, const siginfo_t *info,
	       const struct sig_action *act, uint64_t return_mask)
{
	struct dune_signals *s = t->signals;
	struct sig_frame f = {
		.restorer = act->restorer,
		.uc.flags = UC_FP_XSTATE | UC_SIGCONTEXT_SS |
			    UC_STRICT_RESTORE_SS,
		.uc.stack = alt_describe(s, t->regs.rsp),
		.uc.mask = return_mask,
		.info = *info,
	};
	uint64_t fpu, sp = place_frame(t, act->flags, &fpu);

	if (!sp || !(act->flags & SA_RESTORER) || act->handler >= CANONICAL_END)
		return -EFAULT;
	save_registers(t, &f.uc.mc);
	f.uc.mc.oldmask = return_mask;
	f.uc.mc.fpstate = fpu;
	if (put_fpu(t, fpu) || user_put(sp, &f, sizeof(f)))
		return -EFAULT;
	if ((unsigned)s->alt.flags & SS_AUTODISARM)
		s->alt = (struct sig_stack){ .flags = SS_DISABLE };
	frame_reset_fpu(t);
	enter_handler(t, sp, sig, act->handler);
	return 0;
}

/* A core dump is to show the program's registers: the kernel takes those that
 * a return from a signal would restore. The signal is pending, its action is the
 * default and stays that (signal_die() sees to it), so the process ends within
 * that call: nothing of the program is executed here. */
void frame_die(const struct dune_thread *t, int sig)
{
	struct sig_ucontext uc = {
		.flags = UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS,
		.stack = { .flags = SS_DISABLE },
		.mask = ~SIGBIT(sig),
	};

	save_registers(t, &uc.mc);
	dune_sigreturn_to(&uc, t->regs.fs_base);
}

/* --- and back --- */
static void load_registers(struct dune_thread *t, const struct sig_context *mc)
{
	struct dune_regs *r = &t->regs;
	uint64_t flags = (r->rflags & ~FLAGS_USER) | (mc->flags & FLAGS_USER);

	r->r8 = mc->r8;
	r->r9 = mc->r9;
	r->r10 = mc->r10;
	r->r11 = mc->r11;
	r->r12 = mc->r12;
	r->r13 = mc->r13;
	r->r14 = mc->r14;
	r->r15 = mc->r15;
	r->rdi = mc->di;
	r->rsi = mc->si;
	r->rbp = mc->bp;
	r->rbx = mc->bx;
	r->rdx = mc->dx;
	r->rax = mc->ax;
	r->rcx = mc->cx;
	r->rsp = mc->sp;
	r->rip = mc->ip;
	r->rflags = flags;
	t->full = 1;
}

int frame_pop(struct dune_thread *t)
{
	struct dune_signals *s = t->signals;
	struct sig_ucontext uc;

	/* the handler's return took the restorer's address off the stack */
	if (user_get(&uc, t->regs.rsp, sizeof(uc)) ||
	    uc.mc.ip >= CANONICAL_END || get_fpu(t, uc.mc.fpstate))
		return -EFAULT;
	s->closed = 1;
	signals_set_mask(t, uc.mask);
	load_registers(t, &uc.mc);
	/* errors are ignored, as in Linux */
	alt_set(s, &uc.stack, t->regs.rsp, 0);
	return 0;
}
