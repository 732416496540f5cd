// SPDX-License-Identifier: MIT
/*
 * death.c - the program's thread dies at an edge of the control flow
 *
 * The compiler puts a call to __sanitizer_cov_trace_pc() at each edge of the
 * product's code. The thread's death is a jump out of there: nothing of what it
 * had begun is finished, as if SIGKILL had hit it at this very place. With
 * world_run_step() the processor's trap flag goes on from the edge by single
 * instructions, for what lies between two of them.
 */
#include <setjmp.h>
#include <signal.h>
#include <x86intrin.h>

#include "fuzz/input.h"
#include "fuzz/world.h"

#define TRAP_FLAG 0x100

void __wrap___sanitizer_cov_trace_pc(void);

void (*world_at_edge)(void);

static sigjmp_buf grave;
static uint32_t edges_left; /* 0: it lives on */
static uint32_t steps, steps_left;

static void on_trap(int sig)
{
	(void)sig;
	if (--steps_left == 0)
		siglongjmp(grave, 1);
}

static void die(void)
{
	if (!steps)
		siglongjmp(grave, 1);
	steps_left = steps;
	__writeeflags(__readeflags() | TRAP_FLAG);
}

void __wrap___sanitizer_cov_trace_pc(void)
{
	if (world_at_edge)
		world_at_edge();
	if (edges_left && --edges_left == 0)
		die();
}

int world_run_step(uint32_t nth, uint32_t instructions, void (*fn)(void *arg),
		   void *arg)
{
	unsigned lcore = drv_get_lcore();
	struct sigaction sa = { .sa_handler = on_trap,
				.sa_flags = SA_NODEFER | SA_ONSTACK };

	if (instructions)
		sigaction(SIGTRAP, &sa, NULL);
	steps = instructions;
	if (sigsetjmp(grave, 0)) {
		drv_set_lcore(lcore);
		world.tid++;
		return 1;
	}
	edges_left = nth;
	fn(arg);
	__writeeflags(__readeflags() & ~(unsigned long long)TRAP_FLAG);
	edges_left = 0;
	return 0;
}

int world_run(uint32_t nth, void (*fn)(void *arg), void *arg)
{
	return world_run_step(nth, 0, fn, arg);
}
