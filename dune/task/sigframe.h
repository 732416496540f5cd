/* SPDX-License-Identifier: MIT */
/*
 * sigframe.h - the kernel's rt_sigframe on the program's stack
 */
#ifndef IX_DUNE_TASK_SIGFRAME_H
#define IX_DUNE_TASK_SIGFRAME_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "dune/host/self.h"
#include "dune/host/sigstate.h"

struct sig_action;

/* 0, or -EFAULT: no room on the program's stack. */
int frame_push(struct dune_thread *t, int sig, const siginfo_t *info,
	       const struct sig_action *act, uint64_t return_mask);
/* The registers, mask and stack of the frame that the program returns from. */
int frame_pop(struct dune_thread *t);
bool frame_on_altstack(const struct dune_signals *s, uint64_t sp);
/* The signal is pending, blocked and has its default: end with a core. */
void frame_die(const struct dune_thread *t, int sig) __attribute__((noreturn));
void frame_reset_fpu(struct dune_thread *t);

long sys_sigaltstack(struct dune_thread *t, const uint64_t a[6]);

#endif
