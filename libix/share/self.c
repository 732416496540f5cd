// SPDX-License-Identifier: MIT
/*
 * self.c - what a process knows of its instance
 */
#include "libix/share/app.h"
#include "libix/share/gate.h"

struct ix_process ix_self;
__thread uint32_t ix_marked;

bool ix_started(void)
{
	return ix_self.app != NULL;
}

const struct ix_info *ix_info(void)
{
	return &ix_self.boot.info;
}

const struct ix_fds *ix_fds(void)
{
	return &ix_self.boot.fds;
}

const struct ix_dp *ix_gate(void)
{
	return ix_self.dp;
}

uint64_t ix_now_ns(void)
{
	return ix_self.dp->now_ns();
}

uint64_t ix_spin_ns(void)
{
	uint32_t us = ix_self.boot.info.idle_us;

	return us == UINT32_MAX ? UINT64_MAX : us * (uint64_t)NSEC_PER_USEC;
}

bool ix_in_guest(void)
{
	return ix_self.dp ? gate_is(ix_self.dp) : gate_find() != NULL;
}
