/* SPDX-License-Identifier: MIT */
/*
 * loopstats.h - counters of the loop that drives an elastic thread
 */
#ifndef IX_CORE_LOOPSTATS_H
#define IX_CORE_LOOPSTATS_H

#include <stdint.h>

#include "ix/abi.h"

#define LOOP_BATCH_BUCKETS 10 /* 0: 1 packet, 1: 2-3, ... 9: 512 and more */
#define LOOP_TIME_BUCKETS 32  /* bucket i: 2^i to 2^(i+1) - 1 ns */

#define LOOP_STATS_LIST(X)                                                 \
	X(iterations, "times that the loop ran")                           \
	X(busy, "iterations that did work")                                \
	X(polls, "iterations that polled the receive queues")              \
	X(rx, "frames received")                                           \
	X(tx, "frames handed to the devices")                              \
	X(tx_dropped, "frames that a full device queue dropped")           \
	X(loop, "frames from ourselves to ourselves")                      \
	X(handed, "packets that other elastic threads have handed over")   \
	X(woken, "sleepers woken for what was handed over to them")        \
	X(calls, "batched calls executed")                                 \
	X(calls_failed, "batched calls that returned an error")            \
	X(events, "event conditions delivered")                            \
	X(timers, "timers that fired")                                     \
	X(arms, "times that the devices were armed for sleep")             \
	X(arms_refused, "times that work was found while arming")          \
	X(refused_timer, "... a timer that is due")                        \
	X(refused_event, "... event conditions to deliver")                \
	X(refused_tx, "... frames to send")                                \
	X(refused_rx, "... frames in a receive queue")                     \
	X(unresponsive, "times that the program left its events for long") \
	X(recoveries, "resets after a driver died in the dataplane")       \
	X(recover_failed, "queues and pools that a reset left broken")     \
	X(cycles_busy, "TSC cycles of iterations that did work")           \
	X(cycles_idle, "TSC cycles of iterations that did none")

struct loop_stats {
#define X(name, text) uint64_t name;
	LOOP_STATS_LIST(X)
#undef X
	uint64_t bsys[IX_BSYS_MAX];	    /* calls by number */
	uint64_t batch[LOOP_BATCH_BUCKETS]; /* receive batches by size */
	uint64_t time[LOOP_TIME_BUCKETS];   /* busy iterations by duration */
};

/* The bucket of v: floor(log2(v)), at most top; v = 0 counts as 1. */
static inline unsigned loop_bucket(uint64_t v, unsigned top)
{
	unsigned b = 63 - (unsigned)__builtin_clzll(v | 1);

	return b < top ? b : top;
}

#endif
