/* SPDX-License-Identifier: MIT */
/*
 * units.h - units of time, by the kernel's names: DPDK has the short ones as int
 *
 * They are signed, so that they mix with signed and unsigned numbers of 64 bits
 * without changing what these are.
 */
#ifndef IX_BASE_UNITS_H
#define IX_BASE_UNITS_H

#include <stdint.h>

#define NSEC_PER_USEC INT64_C(1000)
#define NSEC_PER_MSEC INT64_C(1000000)
#define NSEC_PER_SEC INT64_C(1000000000)
#define USEC_PER_SEC INT64_C(1000000)
#define MSEC_PER_SEC INT64_C(1000)

#endif
