/* SPDX-License-Identifier: MIT */
/*
 * world.h - an instance in one process: elastic threads, a program, a device
 *
 * Everything from the gate inwards is the product's, built with a call at each
 * edge of its control flow; device, clock and lease are played here. The
 * program's thread can be made to die at any edge: what it was doing is left
 * as it stands, its leases are a dead one's, and the next one goes on.
 */
#ifndef IX_FUZZ_WORLD_H
#define IX_FUZZ_WORLD_H

#include "core/ethread.h"
#include "mem/arena.h"

#define WORLD_THREADS 3
#define WORLD_PROG (1u << 20) /* bytes that program and dataplane share */
#define WORLD_HEAP (1u << 16) /* other memory of the program's */
#define WORLD_MTU 1500
#define WORLD_FRAME 2048
#define WORLD_IP(a, b, c, d) \
	RTE_BE32((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (c) << 8 | (d))
#define WORLD_US WORLD_IP(10, 0, 0, 2)
#define WORLD_PEER WORLD_IP(10, 0, 0, 1)

struct world {
	struct core *core;
	uint8_t *prog;	 /* WORLD_PROG */
	uint8_t *heap;	 /* WORLD_HEAP, and as much again that is no memory */
	uint64_t now;	 /* ns */
	uint32_t tid;	 /* of the thread that runs; those below are dead */
	uint64_t frames; /* sent in all */
	/* called with each frame that is sent; NULL: nobody looks */
	void (*sent)(unsigned queue, const struct rte_mbuf *m);
};
extern struct world world;

/* Once, before anything else; make: what shall be there; NULL: nothing. */
void world_start(void (*make)(void));
/* All of it as world_start() left it; the program's memory is zeros. */
void world_fresh(void);
/* Close everything: no mbuf of any pool may be left anywhere. */
void world_end(void);

/* A frame that queue q will receive; one that is too many is lost. */
void world_frame(unsigned q, const void *data, unsigned len);
unsigned world_waiting(unsigned q);

/*
 * Run fn in a thread that dies at the nth edge from now, 0: does not. Returns
 * 1 if it has died, 0 if it came back before.
 */
int world_run(uint32_t nth, void (*fn)(void *arg), void *arg);
/* The same, and then that many instructions further. */
int world_run_step(uint32_t nth, uint32_t instructions, void (*fn)(void *arg),
		   void *arg);
/* Called at each edge; NULL: nothing is. */
extern void (*world_at_edge)(void);

/* check.c: everything in an elastic thread that nobody drives is consistent. */
void check_ethread(const struct ethread *et);
/* All of them; and what they have in common. */
void check_world(void);

#endif
