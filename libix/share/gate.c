// SPDX-License-Identifier: MIT
/*
 * gate.c - the dataplane behind system calls, in protected mode
 */
#include "libix/share/gate.h"

#include <errno.h>
#include <stdlib.h>

#include "base/timespec.h"

/* Ring 0 preserves what a function preserves, so the rest is clobbered. */
static long call(unsigned nr, uint64_t a, uint64_t b, uint64_t c)
{
	long rc = IX_GATE + (long)nr;

	__asm__ volatile("syscall"
			 : "+a"(rc), "+D"(a), "+S"(b), "+d"(c)
			 :
			 : "rcx", "r8", "r9", "r10", "r11", "memory", "cc",
			   "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
			   "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
			   "xmm12", "xmm13", "xmm14", "xmm15");
	return rc;
}

#define G0(up, low)                                      \
	static int low(void)                             \
	{                                                \
		return (int)call(IX_GATE_##up, 0, 0, 0); \
	}
#define G1(up, low, t1, a)                                         \
	static int low(t1 a)                                       \
	{                                                          \
		return (int)call(IX_GATE_##up, (uint64_t)a, 0, 0); \
	}
#define G2(up, low, t1, a, t2, b)                                            \
	static int low(t1 a, t2 b)                                           \
	{                                                                    \
		return (int)call(IX_GATE_##up, (uint64_t)a, (uint64_t)b, 0); \
	}
#define G3(up, low, t1, a, t2, b, t3, c)                                 \
	static int low(t1 a, t2 b, t3 c)                                 \
	{                                                                \
		return (int)call(IX_GATE_##up, (uint64_t)a, (uint64_t)b, \
				 (uint64_t)c);                           \
	}
IX_GATE_LIST(G0, G1, G2, G3)

static const struct ix_dp gate = { .abi = IX_ABI_VERSION,
				   .size = sizeof(struct ix_dp),
				   .now_ns = monotonic_ns,
#define G(up, low, ...) .low = low,
				   IX_GATE_LIST(G, G, G, G)
#undef G
};

/* The variable may be stale; a number that Linux does not have answers. */
const struct ix_dp *gate_find(void)
{
	if (!secure_getenv(GATE_ENV) ||
	    call(IX_GATE_MAX, 0, 0, 0) != -ENOPROTOOPT)
		return NULL;
	return &gate;
}

bool gate_is(const struct ix_dp *dp)
{
	return dp == &gate;
}
