/* SPDX-License-Identifier: MIT */
/*
 * units.h - units of time, by the Linux kernel's names
 *
 * Shorter names (NS_PER_S and the like) are DPDK's. The constants are signed,
 * so that an expression with a signed number of 64 bits stays signed, and one
 * with an unsigned number unsigned.
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
