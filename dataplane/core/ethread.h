/* SPDX-License-Identifier: MIT */
/*
 * ethread.h - an elastic thread: a queue of each device, and their stack
 *
 * Whoever holds the lease drives it; everything else here is the driver's.
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
#define ETHREAD_LCORE 32 /* lcore id of ethread 0; none of EAL's */
#define ETHREAD_RETRY_NS NSEC_PER_MSEC /* backlog, no memory, no interrupt */
#define ETHREAD_STACK (256u << 10)     /* bytes, with the fence below */

struct ethread;

/* What the ethreads of an instance share. Constant once it runs. */
struct core {
	struct net_shared net;
	uint32_t nethreads;
	uint32_t ndevs;
	uint32_t batch; /* frames of one device in one iteration, at most */
	struct pcap pcap;
	struct drv_dev *dev[IX_MAX_DEVS];
	struct ethread *et[IX_MAX_ETHREADS];
	int owner_wake_fd; /* eventfd */
};

struct ethread {
	/* read by everybody */
	struct lease lease;
	uint32_t id;
	uint32_t last_tid;    /* who drove last */
	uint32_t armed_tid;   /* the program's sleeper; 0: none */
	uint32_t owner_rests; /* tell the owner when that one wakes */
	uint32_t inbox_armed; /* write inbox_fd when something is handed over */
	int inbox_fd;	      /* eventfd; -1: the only ethread */
	uint64_t last_driven_ns; /* end of the last iteration */

	/* the driver's */
	struct core *core __rte_cache_aligned;
	unsigned prev_lcore;	  /* of the driver's thread */
	uint32_t backlog;	  /* frames that devices kept back */
	uint32_t down;		  /* bit d: TCP knows that device d is down */
	struct ethread *moved_to; /* held, see ethread_migrate(); or NULL */
	/* the ethread whose queue of each device we send by: our id, unless
	 * the device has too few */
	uint8_t queue[IX_MAX_DEVS];
	char *stack_top; /* what the driver's work runs on; NULL: its own */
	uint64_t tsc;	 /* at the start of the iteration */
	struct clock clock;
	struct rte_mempool *rx_pool, *tx_pool;
	struct loop_stats stats;
	struct net net __rte_cache_aligned;
};

/*
 * Take the lease, waiting at most wait_ns. 0, or -ETIMEDOUT, -EDEADLK. An
 * ethread whose driver died in the middle is reset first.
 */
int ethread_take(struct ethread *et, uint64_t wait_ns);
/* Take it only if its holder is dead, and reset it. 0 or -EBUSY. */
int ethread_reap(struct ethread *et);
void ethread_leave(struct ethread *et);

/* See struct ix_dp. ctx is program memory. */
int ethread_enter(struct ethread *et, struct ix_ctx *ctx, uint32_t flags);
/* The same under a lease that the caller holds, with ctx of the dataplane's
 * own: IX_ENTER_EVENTS delivers into its events. 0, or -EFAULT: not all calls
 * could be read. */
int ethread_iterate(struct ethread *et, struct ix_ctx *ctx, uint32_t flags);

/* Is there a device that is down and that TCP has not been told of? */
int ethread_links_lost(const struct ethread *et);

/* idle.c: see struct ix_dp. out is program memory. */
int ethread_arm(struct ethread *et, struct ix_sleep *out);
void ethread_disarm(struct ethread *et);
/* The same for the owner, which may sleep on the devices while a thread of the
 * program does, and waits for the lease at most wait_ns. IX_ENTER_EVENTS in
 * flags: event conditions that wait count as work. */
int ethread_watch(struct ethread *et, struct ix_sleep *out, uint64_t wait_ns,
		  uint32_t flags);
void ethread_unwatch(struct ethread *et, uint64_t wait_ns);

/* handover.c: what other ethreads have handed over: how much it was. */
unsigned ethread_inbox(struct ethread *et);
int ethread_inbox_waiting(const struct ethread *et);
/* Frames for a device of which ethread to has our queue; takes them. */
void ethread_send_by(struct ethread *et, uint32_t to, struct rte_mbuf **pkts,
		     uint16_t n);
/* Wake those whom something was handed over and who sleep. */
void ethread_wake_others(struct ethread *et);

/* migrate.c: MIGRATE; see abi.h. Where it went to is held until the program
 * has the new handle and ethread_migrated() is called: a driver that is killed
 * before takes the connection along, and the program is told so. */
int ethread_migrate(struct ethread *et, struct ix_bsys *b);
void ethread_migrated(struct ethread *et);

/* Send what is gathered; what a device has no room for is its backlog. */
void ethread_flush(struct ethread *et);
/* ... if that is much already; before what may need room in the queue. */
void ethread_push(struct ethread *et);
/* Input what the devices have, up to the batch's bound of each: frames. */
unsigned ethread_receive(struct ethread *et);

/* fn(arg), on the stack of et, of which the caller holds the lease: threads of
 * programs have stacks of any size. */
long ethread_on_stack(struct ethread *et, long (*fn)(void *arg), void *arg);

/* recover.c: put everything right after a driver died. Lease held. */
void ethread_recover(struct ethread *et);

#endif
