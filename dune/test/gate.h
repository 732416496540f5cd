/* SPDX-License-Identifier: MIT */
/*
 * gate.h - calls into ring 0 that the tests make: dune_run has their other end
 */
#ifndef IX_DUNE_TEST_GATE_H
#define IX_DUNE_TEST_GATE_H

#include <stdint.h>

#define GATE_FIRST 0x49580000
#define GATE_SECRET UINT64_C(0x5ec2e75ec2e75ec2)

enum gate_nr {
	GATE_NULL,
	GATE_SUM,     /* of its arguments, weighted */
	GATE_ADDRESS, /* of a variable of the host that holds GATE_SECRET */
	GATE_CALLS,   /* made so far */
	GATE_PEEK,    /* 8 bytes at an address; -EFAULT */
	GATE_POKE,
	GATE_FILL,    /* registers, with GATE_SECRET */
	GATE_SPIN,    /* so many turns */
	GATE_SYSCALL, /* one of ring 0's own: getppid() */
	GATE_REGION, /* address of region 0 (3 MB, rw 'w') or 1 (8 KB, ro 'r') */
	GATE_STATS,  /* KVM_RUN calls so far */
	GATE_DIVIDE, /* 1.0 / 3.0 and 1.0 / 0.0 as the default modes have them */
	GATE_CALL,   /* a function at an address */
	GATE_TEXT,   /* address of a new mapping: a function that returns 42 */
	GATE_INTACT, /* 0, or which guarded object had changed; mended then */
	GATE_OBJECT, /* address of one of the host's, enum guard_object */
	GATE_LAST,
};

/* Up to GUARD_BEHIND_RO they hold GATE_SECRET in each word. */
enum guard_object {
	GUARD_DATA,	 /* GATE_ADDRESS, in the midst of more of them */
	GUARD_HEAP,	 /* a page */
	GUARD_BEFORE_RW, /* the page before region 0 */
	GUARD_BEHIND_RW,
	GUARD_BEHIND_RO,
	GUARD_ZEROS,   /* a page of them: a length that asks for nothing */
	GUARD_LENGTHS, /* a page of 32-bit lengths, each 64 */
	GUARD_STACK,   /* of the host thread, or its ring 0 */
	GUARD_THREAD,  /* registers of ring 3 */
	GUARD_VCPU,    /* its tables */
	GUARD_RUN,     /* KVM's page */
};

static inline long gate6(unsigned nr, uint64_t a, uint64_t b, uint64_t c,
			 uint64_t d, uint64_t e, uint64_t f)
{
	register uint64_t r10 __asm__("r10") = d;
	register uint64_t r8 __asm__("r8") = e;
	register uint64_t r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret), "+D"(a), "+S"(b), "+d"(c), "+r"(r10),
			   "+r"(r8), "+r"(r9)
			 : "a"(GATE_FIRST + nr)
			 : "rcx", "r11", "memory", "xmm0", "xmm1", "xmm2",
			   "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
			   "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
			   "xmm15");
	return ret;
}

static inline long gate1(unsigned nr, uint64_t a)
{
	return gate6(nr, a, 0, 0, 0, 0, 0);
}

static inline long gate2(unsigned nr, uint64_t a, uint64_t b)
{
	return gate6(nr, a, b, 0, 0, 0, 0);
}

#endif
