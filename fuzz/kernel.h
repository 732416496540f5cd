/* SPDX-License-Identifier: MIT */
/*
 * kernel.h - a kernel that does to memory what Linux could do at most
 *
 * It follows each pointer that reaches it, by what Linux does with it
 * (linux.def), and the fuzzer stops where that is not the program's to give.
 */
#ifndef IX_FUZZ_KERNEL_H
#define IX_FUZZ_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "dune/host/layout.h"
#include "fuzz/input.h"

/* The program's memory, in the midst of a window that is PROT_NONE; what it
 * shares with the host, of which it may write one; and what is the host's. */
#define PROGRAM (WINDOW_BASE + (UINT64_C(1) << 30))
#define PROGRAM_SIZE (8 * PAGE_SIZE)
#define READ_ONLY UINT64_C(0x220000000000)
#define SHARED UINT64_C(0x230000000000)
#define SHARED_SIZE PAGE_SIZE
#define SECRET UINT64_C(0x240000000000)
#define SECRET_SIZE PAGE_SIZE

/* Where the machine puts stacks, heaps and programs: what the fuzzer makes up
 * never lies there, so a pointer that does is one of the mediation's own. */
#define HOST_BASE UINT64_C(0x500000000000)
#define HOST_END UINT64_C(0x800000000000)

#define FD_HIDDEN 1000 /* from here on descriptors are not the program's */

/* kernel.c: map all that; what the calls of one input take their choices from */
void kernel_start(void);
void kernel_input(struct input *in);
/* What the host has and the program has not is as it was, and no word of the
 * program's memory tells of the host. */
void kernel_check_memory(void);
/* The mediation's memory that no call has to reach, until it is permitted. */
void kernel_forbid(uint64_t at, uint64_t len);
void kernel_permit(uint64_t at, uint64_t len);
/* A number or a pointer as a hostile program makes them up. */
uint64_t kernel_value(struct input *in);

/* --- what Linux does to memory --- */
enum whose {
	OURS, /* a structure: the mediation's memory, or NULL */
	ANY,  /* bytes, whose number is in a register or in one of OURS */
};
void kernel_read(uint64_t at, uint64_t len, enum whose whose);
void kernel_write(uint64_t at, uint64_t len, enum whose whose);
void kernel_string(uint64_t at, uint64_t max);
/* Structures: `to` is 0 where there is nothing to read. */
void kernel_get(void *to, uint64_t at, uint64_t len);
void kernel_put(uint64_t at, const void *from, uint64_t len);
void kernel_range(uint64_t at, uint64_t len); /* of a mapping: in the window */
unsigned kernel_pick(unsigned n);

/* linux.c: follow the call's pointers. Its result, if it is good. */
long linux_call(long nr, const uint64_t a[6]);
/* choose.c: set those of the arguments that are commands, options, requests. */
void linux_choose(long nr, uint64_t a[6], struct input *in);
/* The size of the segment that shmat() finds. */
uint64_t linux_segment(void);
#define SEGMENT_AT UINT64_C(0x700000000000) /* where that is attached */

#endif
