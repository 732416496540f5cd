/* SPDX-License-Identifier: MIT */
/*
 * branch.h - which way a fork of the fast path is nearly always taken
 */
#ifndef IX_BASE_BRANCH_H
#define IX_BASE_BRANCH_H

/* DPDK has the same two, and either header may come first. */
#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#endif
#ifndef unlikely
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

#endif
