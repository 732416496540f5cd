/* SPDX-License-Identifier: MIT */
/*
 * blocking.h - system calls of the host thread that a signal for ring 3 ends
 */
#ifndef IX_DUNE_HOST_BLOCKING_H
#define IX_DUNE_HOST_BLOCKING_H

#include <stdint.h>

struct dune_signals;

/*
 * Make a system call that may block, in the host thread. Once a signal for ring
 * 3 is pending, or the thread is to end, the call is not begun, or is ended.
 * Returns the kernel's result, -errno included; or -DUNE_ERESTARTSYS or
 * -DUNE_ERESTARTNOINTR (native.h), which signals_deliver() turns into a restart
 * or into -EINTR.
 */
long dune_native(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		 uint64_t e, uint64_t f);
/* The same with the calling thread's signal state given as s. */
long blocking_call(struct dune_signals *s, long nr, const uint64_t a[6]);
/* A slot of s that holds a taken signal which `mask` does not block (a set bit
 * blocks); -1 if there is none. */
int signals_ready(const struct dune_signals *s, uint64_t mask);

#endif
