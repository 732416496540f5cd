/* SPDX-License-Identifier: MIT */
/*
 * bsys.h - executing batched system calls
 */
#ifndef IX_CORE_BSYS_H
#define IX_CORE_BSYS_H

#include "core/ethread.h"

/*
 * Execute n batched calls in order and write their results back. calls: address
 * of a struct ix_bsys array in program memory. 0, or -EFAULT: a call could not
 * be read; those before it were executed.
 */
int bsys_run(struct ethread *et, uint64_t calls, uint32_t n);

#endif
