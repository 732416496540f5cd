/* SPDX-License-Identifier: MIT */
/*
 * ethread.h - an elastic thread: one queue of each device, and a protocol stack
 *
 * Whoever holds the lease drives it. Unless a comment says otherwise, functions
 * are called and fields are accessed by that driver only.
 */
#ifndef IX_CORE_ETHREAD_H
#define IX_CORE_ETHREAD_H

#include "base/units.h"
#include "core/clock.h"
#include "core/lease.h"
#include "core/loopstats.h"
#include "core/pcap.h"
#include "drv/drv.h"
#include "net/net.h"

#define ETHREAD_BATCH_MAX 256
#define ETHREAD_LCORE 32 /* lcore id of ethread 0; EAL uses none of these */
/* longest sleep while a device or TCP is to be tried again, or a device has no
 * receive interrupt */
#define ETHREAD_RETRY_NS NSEC_PER_MSEC
#define ETHREAD_STACK (256u << 10) /* bytes, guard page at its end included */

struct ethread;

/* What the elastic threads of an instance share. Constant after the start, but
 * for net. */
struct core {
	struct net_shared net;
	uint32_t nethreads;
	uint32_t ndevs;
	uint32_t batch; /* most frames of a device that one iteration takes */
	struct pcap pcap;
	struct drv_dev *dev[IX_MAX_DEVS];
	struct ethread *et[IX_MAX_ETHREADS];
	int owner_wake_fd; /* eventfd that wakes the owner */
};

struct ethread {
	/* accessed without the lease, too */
	struct lease lease;
	uint32_t id;
	uint32_t last_tid;  /* thread that drove last */
	uint32_t armed_tid; /* thread of the program that sleeps armed, or 0 */
	uint32_t owner_rests;	 /* 1: wake the owner when that thread wakes */
	uint32_t inbox_armed;	 /* 1: write to inbox_fd after a handover */
	int inbox_fd;		 /* eventfd; -1: this is the only ethread */
	uint64_t last_driven_ns; /* when the last iteration began or received */

	/* the driver's */
	struct core *core __rte_cache_aligned;
	unsigned prev_lcore; /* lcore id of its thread before the lease */
	uint32_t backlog;    /* frames that drv_tx() kept back */
	uint32_t down;	     /* bit d: TCP was told that device d is down */
	/* NULL, or the ethread whose lease ethread_migrate() has kept */
	struct ethread *moved_to;
	/* by device: the ethread through whose queue we send: our own id,
	 * unless the device has too few queues */
	uint8_t queue[IX_MAX_DEVS];
	char *stack_top; /* see ethread_on_stack(); NULL: the caller's stack */
	uint64_t tsc;	 /* TSC at the start of the iteration */
	struct clock clock;
	struct rte_mempool *rx_pool, *tx_pool;
	struct loop_stats stats;
	struct net net __rte_cache_aligned;
};

/*
 * Take the lease, waiting at most wait_ns. 0, -ETIMEDOUT, or -EDEADLK: the
 * caller has it. If the last driver died while it drove, the elastic thread is
 * recovered first (ethread_recover()).
 */
int ethread_take(struct ethread *et, uint64_t wait_ns);
/* Take the lease only if its holder is dead, and recover. 0 or -EBUSY. */
int ethread_reap(struct ethread *et);
void ethread_leave(struct ethread *et);

/* See struct ix_dp. ctx is program memory. */
int ethread_enter(struct ethread *et, struct ix_ctx *ctx, uint32_t flags);
/* The same for a caller that holds the lease, with a ctx in memory of the
 * dataplane. 0, or -EFAULT: see bsys_run(). */
int ethread_iterate(struct ethread *et, struct ix_ctx *ctx, uint32_t flags);

/* Has a device gone down without TCP having been told yet? */
int ethread_links_lost(const struct ethread *et);

/* idle.c: prepare a sleep of the program, see struct ix_dp. out is program
 * memory. 0, 1: there is work to do, do not sleep; or -errno. */
int ethread_arm(struct ethread *et, struct ix_sleep *out);
void ethread_disarm(struct ethread *et);
/* The same for the owner, which may sleep on the devices in addition to a
 * thread of the program, and waits at most wait_ns for the lease. With
 * IX_ENTER_EVENTS in flags undelivered event conditions count as work. */
int ethread_watch(struct ethread *et, struct ix_sleep *out, uint64_t wait_ns,
		  uint32_t flags);
void ethread_unwatch(struct ethread *et, uint64_t wait_ns);

/* handover.c: process what other elastic threads have handed over, at most a
 * batch of each. Returns the number of records. */
unsigned ethread_inbox(struct ethread *et);
int ethread_inbox_waiting(const struct ethread *et);
/* Hand n frames over to elastic thread to, which sends them by its queue of the
 * device. Takes them over. */
void ethread_send_by(struct ethread *et, uint32_t to, struct rte_mbuf **pkts,
		     uint16_t n);
/* Wake the sleepers of the elastic threads in net.handed_to. */
void ethread_wake_others(struct ethread *et);

/* migrate.c: MIGRATE, see abi.h. On success the lease of the destination is
 * kept until the new handle is written to the program and ethread_migrated()
 * releases it. If the driver is killed in between, the destination's recovery
 * ends the connection, so that none is left without a handle. */
int ethread_migrate(struct ethread *et, struct ix_bsys *b);
void ethread_migrated(struct ethread *et);

/* Give the frames in net.txq to the devices. Frames that a device has no room
 * for are its backlog. */
void ethread_flush(struct ethread *et);
/* The same if many frames have gathered, so that there is room for more and the
 * peers can begin with them. */
void ethread_push(struct ethread *et);
/* Receive and process what the devices have, at most a batch of each. Returns
 * the number of frames. */
unsigned ethread_receive(struct ethread *et);

/* Call fn(arg) on the stack of et, whose lease the caller holds, as stacks of
 * the program's threads may be too small. Returns its result. */
long ethread_on_stack(struct ethread *et, long (*fn)(void *arg), void *arg);

/* recover.c: make et consistent after a driver died; the caller has taken its
 * lease over. */
void ethread_recover(struct ethread *et);

#endif
