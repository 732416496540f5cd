/* SPDX-License-Identifier: MIT */
/*
 * mark.h - places in the instruction stream that the counter stops at
 *
 * An 8-byte nop with a number in it, which the emulator's plugin (counter.c)
 * looks for, and RDTSC, which ends a block of instructions where time counts
 * them: what runs before a mark is not counted with what runs behind it.
 */
#ifndef IX_BENCH_MARK_H
#define IX_BENCH_MARK_H

#include <stdint.h>

#define MARK_STACK 1 /* from here on it is the stack and the program */
#define MARK_PEER 2  /* from here on the peer */
#define MARK_BEGIN 3 /* of the measured requests */
#define MARK_END 4   /* of the measured requests */

/* nopl 0x585849NN(%rax,%rax,1) */
#define MARK_BYTES 0x0f, 0x1f, 0x84, 0x00
#define MARK_TAIL 0x49, 0x58, 0x58

#define MARK_STR_(...) #__VA_ARGS__
#define MARK_STR(...) MARK_STR_(__VA_ARGS__)

/* The time stamp at the mark. */
#define mark(number)                                                      \
	({                                                                \
		uint32_t lo_, hi_;                                        \
		__asm__ volatile(                                         \
			".byte " MARK_STR(MARK_BYTES) ", %c2, " MARK_STR( \
				MARK_TAIL) "\n\trdtsc"                    \
			: "=a"(lo_), "=d"(hi_)                            \
			: "i"(number)                                     \
			: "memory");                                      \
		(uint64_t) hi_ << 32 | lo_;                               \
	})

#endif
