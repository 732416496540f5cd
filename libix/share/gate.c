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

static int boot(const struct ix_boot_args *args, struct ix_info *info_out)
{
	return (int)call(IX_GATE_BOOT, (uint64_t)args, (uint64_t)info_out, 0);
}

static int attach(void)
{
	return (int)call(IX_GATE_ATTACH, 0, 0, 0);
}

static int enter(unsigned et, struct ix_ctx *ctx, uint32_t flags)
{
	return (int)call(IX_GATE_ENTER, et, (uint64_t)ctx, flags);
}

static int arm(unsigned et, struct ix_sleep *out)
{
	return (int)call(IX_GATE_ARM, et, (uint64_t)out, 0);
}

static void disarm(unsigned et)
{
	call(IX_GATE_DISARM, et, 0, 0);
}

static int conn_info(unsigned et, ix_handle_t h, struct ix_conn_info *out)
{
	return (int)call(IX_GATE_CONN_INFO, et, h, (uint64_t)out);
}

static int route(const struct ix_addr *ip)
{
	return (int)call(IX_GATE_ROUTE, (uint64_t)ip, 0, 0);
}

static int keeper(uint32_t arg)
{
	return (int)call(IX_GATE_KEEPER, arg, 0, 0);
}

static const struct ix_dp gate = {
	.abi = IX_ABI_VERSION,
	.size = sizeof(struct ix_dp),
	.boot = boot,
	.attach = attach,
	.enter = enter,
	.arm = arm,
	.disarm = disarm,
	.conn_info = conn_info,
	.route = route,
	.now_ns = monotonic_ns,
	.keeper = keeper,
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
