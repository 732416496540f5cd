/* SPDX-License-Identifier: MIT */
/*
 * blocking.h - system calls of the host thread that a signal for ring 3 ends
 */
#ifndef IX_DUNE_HOST_BLOCKING_H
#define IX_DUNE_HOST_BLOCKING_H

#include <stdint.h>

struct dune_signals;

/* A system call in the host thread. One that blocks is not begun, or comes
 * back with -EINTR, once a signal for ring 3 is pending. */
long dune_native(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		 uint64_t e, uint64_t f);
/* The same, for the thread of s. */
long blocking_call(struct dune_signals *s, long nr, const uint64_t a[6]);
/* Which slot holds a signal that the mask lets through; -1: none. */
int signals_ready(const struct dune_signals *s, uint64_t mask);

#endif
