/* SPDX-License-Identifier: MIT */
/*
 * sigframe.h - signal frames (the kernel's struct rt_sigframe) on the program's
 * stack
 */
#ifndef IX_DUNE_TASK_SIGFRAME_H
#define IX_DUNE_TASK_SIGFRAME_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "dune/host/self.h"
#include "dune/host/sigstate.h"

struct sig_action;

/* Push a frame, and make t->regs those of the handler's first instruction. The
 * frame restores return_mask. Returns 0, or -EFAULT if the stack cannot hold
 * it, or the action has no restorer or a handler that is not canonical. */
int frame_push(struct dune_thread *t, int sig, const siginfo_t *info,
	       const struct sig_action *act, uint64_t return_mask);
/* For rt_sigreturn(): take registers, FPU state, mask and alternate stack from
 * the frame that t->regs.rsp points to. Returns 0 or -EFAULT. */
int frame_pop(struct dune_thread *t);
/* Is sp on the alternate stack? Never, with SS_AUTODISARM. */
bool frame_on_altstack(const struct dune_signals *s, uint64_t sp);
/* End the process by signal `sig`, which must be pending, blocked and have its
 * default action, with a core file that shows ring 3's registers. */
void frame_die(const struct dune_thread *t, int sig) __attribute__((noreturn));
/* Give ring 3 the FPU state of a fresh process. */
void frame_reset_fpu(struct dune_thread *t);

long sys_sigaltstack(struct dune_thread *t, const uint64_t a[6]);

#endif
