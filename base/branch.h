/* SPDX-License-Identifier: MIT */
/*
 * branch.h - hints to the compiler about which way a branch nearly always goes
 */
#ifndef IX_BASE_BRANCH_H
#define IX_BASE_BRANCH_H

/* DPDK's headers define the same two macros, and may be included before or
 * after this one. */
#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#endif
#ifndef unlikely
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

#endif
