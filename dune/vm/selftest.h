/* SPDX-License-Identifier: MIT */
/*
 * selftest.h - what the self-test's guest (selftest_guest.S) and host share
 */
#ifndef IX_DUNE_VM_SELFTEST_H
#define IX_DUNE_VM_SELFTEST_H

/* I/O ports by which the guest ends: all was done, or an exception. */
#define ST_PORT_DONE 0x20
#define ST_PORT_FAULT 0x21

/* Offsets in struct selftest_report. */
#define ST_REPORT_CALLS 8
#define ST_REPORT_WRONG 16
#define ST_REPORT_CS 24
#define ST_REPORT_ERR 32
#define ST_REPORT_CR2 40
#define ST_REPORT_SIZE 48

#ifndef __ASSEMBLER__
#include <stdint.h>

#define ST_SECRET UINT64_C(0x1d0c5eca7)

struct selftest_report {
	uint64_t secret, calls, wrong, ring3_cs, err, cr2;
};
_Static_assert(sizeof(struct selftest_report) == ST_REPORT_SIZE, "shared");

/* The guest's code: position-independent, it is copied into the guest. */
extern const char selftest_ring0[], selftest_ring0_end[];
extern const char selftest_syscall[], selftest_fault[];
extern const char selftest_ring3[], selftest_ring3_end[];
#endif

#endif
