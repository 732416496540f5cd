/* SPDX-License-Identifier: MIT */
/*
 * app.h - what libix keeps in the memory that all forks share
 */
#ifndef IX_LIBIX_APP_H
#define IX_LIBIX_APP_H

#include "base/units.h"
#include "ix/libix.h"
#include "libix/share/lock.h"
#include "libix/share/memory.h"
#include "libix/share/self.h"
#include "libix/share/slot.h"

#define IX_BATCH 256	 /* batched calls gathered before an entry */
#define IX_BATCH_SG 1024 /* scatter-gather entries of a batch */
#define IX_EVENTS 512	 /* event conditions taken in one entry */
#define IX_PUSH 16	 /* connections that wait to be sent before ix_push() */
#define IX_SLOTS 32768	 /* threads that can sleep at a time */

/* The owner looks after an elastic thread that nobody drove for this long. */
#define IX_UNDRIVEN_NS NSEC_PER_MSEC

/* Bits of struct ix_obj.pending: batched calls that are still to be made */
#define IX_P_ACCEPT 0x01
#define IX_P_SHUT 0x02
#define IX_P_CLOSE 0x04

/* A piece of memory for bytes to send. The counts below are in bytes of
 * data[]. */
struct ix_chunk {
	struct ix_chunk *next;
	uint32_t cap;	/* that it holds at most */
	uint32_t fill;	/* written by the program */
	uint32_t sent;	/* taken by a SENDV */
	uint32_t acked; /* acknowledged by the peer */
	uint8_t data[];
};

#define IX_CHUNK_SMALL 1024 /* bytes of a chunk, header included */
#define IX_CHUNK_BIG 16384

/* A thread of a program, as others see it: where it is woken. */
struct ix_slot {
	uint32_t tid;	/* 0: free */
	uint32_t pid;	/* its process */
	uint32_t state; /* enum ix_sleep_state; a futex */
	uint32_t home;	/* elastic thread + 1; 0: not chosen */
	uint32_t wake;	/* eventfd + 1 that wakes it; 0: none yet */
	uint32_t pad[11];
};

/* The last two are kept with the index of the eventfd from bit IX_SLEEP_BITS
 * on. */
enum ix_sleep_state {
	IX_AWAKE,
	IX_DROWSY,  /* about to sleep: a wake-up only sets IX_AWAKE */
	IX_ON_WORD, /* asleep in futex(2) on the state itself */
	IX_ON_FDS,  /* asleep in ppoll(2), its eventfd among the fds */
	IX_RUNG,    /* ... and the eventfd was written, but not read yet */
};
#define IX_SLEEP_BITS 3
#define IX_SLEEP_KIND 7u

/* An eventfd (EFD_SEMAPHORE) that several slots may share: each write wakes
 * one. */
struct ix_wake {
	uint32_t users; /* slots that have it, or IX_WAKE_RESERVED */
	int32_t rung;	/* wake-ups that were written, but not read yet */
};
#define IX_WAKE_RESERVED UINT32_MAX /* see ix_bell_reserve() */

struct ix_et {
	/* who drives, and who watches */
	struct ix_lock lock;
	uint32_t armed;		 /* slot + 1 of who is armed; 0: nobody */
	uint32_t owner_asleep;	 /* the owner sleeps until it is woken */
	uint64_t armed_deadline; /* ns: when the armed thread wakes by itself */
	uint64_t last_poll_ns;	 /* last poll by a thread of the program */
	uint64_t claim_ns;	 /* ns: when driver last found work */
	uint32_t driver;	 /* slot + 1 of who drives it in a loop */
	uint32_t adopter;	 /* slot + 1 of the thread that adopted it */

	/* the round that is being built */
	struct ix_obj *dirty, *dirty_tail;
	uint32_t nsg;	    /* entries of sg[] in use */
	uint32_t id;	    /* number of the elastic thread */
	uint32_t written;   /* connections with new bytes to send: IX_PUSH */
	uint32_t unsettled; /* see ix_unsettled() */

	struct ix_pool rx, small, big;
	struct ix_ctx ctx;
	struct ix_bsys bsys[IX_BATCH];
	struct ix_sg sg[IX_BATCH_SG];
	struct ix_event events[IX_EVENTS];
};

struct ix_app {
	struct ix_lock lock; /* of the allocator and the slots */
	size_t used;	     /* bytes of the shared memory given out */
	size_t size;	     /* bytes of the shared memory */
	uint32_t ready;	     /* it was laid out */
	uint32_t layout;     /* IX_LAYOUT of who laid it out */
	uint32_t private;    /* it serves one program of libix */
	void *anchor;	     /* see ix_shared_anchor() */
	uint32_t callee;    /* slot + 1 of who sleeps on ix_fds()->call; or 0 */
	uint32_t homes;	    /* threads that chose an elastic thread */
	uint32_t slot_top;  /* slots from here on were never taken */
	uint32_t slot_next; /* where to look for a free one first */
	struct ix_wake wake[IX_MAX_WAKES];
	struct ix_slot slot[IX_SLOTS];
	struct ix_et et[IX_MAX_ETHREADS];
};

/* Tells layouts apart: in a guest images may follow that were built
 * otherwise. */
#define IX_LAYOUT                                                 \
	(IX_ABI_VERSION << 24 ^ (uint32_t)sizeof(struct ix_app) ^ \
	 (uint32_t)sizeof(struct ix_conn) << 12)

/* Constant once ix_start() is done; the same in all forks. */
struct ix_process {
	const struct ix_dp *dp;
	struct ix_app *app;
	const struct ix_handlers *h;
	struct ix_booted boot;
};
extern struct ix_process ix_self;

/* Bit e: the calling thread has made objects of elastic thread e dirty, and has
 * not driven it since. */
extern __thread uint32_t ix_marked;

static inline struct ix_et *ix_et(unsigned et)
{
	return &ix_self.app->et[et];
}

/* Has the program left the devices of e alone for so long that a thread that is
 * there for another reason looks at them, and others may drive e? */
#define IX_UNPOLLED_NS (100 * NSEC_PER_USEC)
static inline bool ix_unpolled(const struct ix_et *e, uint64_t now)
{
	return now > __atomic_load_n(&e->last_poll_ns, __ATOMIC_RELAXED) +
			     IX_UNPOLLED_NS;
}

/* Make o dirty: it has calls for the next round. */
static inline void ix_mark(struct ix_obj *o)
{
	struct ix_et *e;

	if (o->dirty)
		return;
	e = ix_et(o->et);
	ix_marked |= 1u << o->et;
	o->dirty = 1;
	o->dirty_next = NULL;
	if (e->dirty)
		e->dirty_tail->dirty_next = o;
	else
		e->dirty = o;
	e->dirty_tail = o;
}

/* memory.c: lay out the shared memory at app, which is zeroed, unless an
 * earlier program did. 0, -ENOMEM: it is too small, -EBUSY: its layout is
 * another one, or it is private to a program. */
int ix_lay_out(struct ix_app *app, bool private);

/* drive.c: make all calls that are due, but receive nothing. So while a thread
 * is busy with many events, the peers that it has answered need not wait. */
void ix_push(struct ix_et *e);

/* lock.c */
extern __thread uint32_t ix_self_tid;
/* owner.c */
extern const struct ix_app_ops ix_app_ops;

/* slot.c: the process has ended (or its image was replaced): free its slots. */
void ix_slots_forget(uint32_t pid);
void ix_slot_reset(void); /* in the child of a fork */
/* The thread of the slot is awake; its wake-up is read, if one was written. */
void ix_slot_up(struct ix_slot *s);
/* The index of the slot's eventfd in ix_fds()->wake, chosen when it is first
 * needed; -1: there is none. */
int ix_slot_wake(struct ix_slot *s);
/* Is the eventfd w readable for nobody? (It was written for a thread that had
 * woken meanwhile.) Then it is read. */
bool ix_wake_is_stale(uint32_t w);
/* Write 1 to the eventfd. */
void ix_ring(int eventfd);
/* The thread of this slot (its number) does not sleep on ix_fds()->call any
 * more. */
void ix_call_leave(uint32_t slot);

/* claim.c, locked: after a round, wake who is armed for e, or the owner, if
 * they have to look anew. */
void ix_drive_check(struct ix_et *e);
/* Disarm the thread that is armed for e, and wake it. */
void ix_relieve(struct ix_et *e);
/* home.c */
void ix_home_reset(void); /* in the child of a fork */
/* May the thread with slot + 1 == me and this home be armed for e? */
bool ix_may_arm(const struct ix_et *e, unsigned home, uint32_t me);
/* drive.c: ix_drive() without what it tells others */
int ix_round(struct ix_et *e, unsigned flags);

#endif
