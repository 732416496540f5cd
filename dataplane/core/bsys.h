/* SPDX-License-Identifier: MIT */
/*
 * bsys.h - execute batched system calls
 */
#ifndef IX_CORE_BSYS_H
#define IX_CORE_BSYS_H

#include "core/ethread.h"

/*
 * Execute the n calls at address calls of the program, in order, and write
 * their results. 0, or -EFAULT: nothing was executed.
 */
int bsys_run(struct ethread *et, uint64_t calls, uint32_t n);

#endif
