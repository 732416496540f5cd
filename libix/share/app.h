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
#define IX_PUSH 16	 /* connections written to before they are sent */
#define IX_SLOTS 32768	 /* threads that can sleep at a time */

/* The owner looks after an elastic thread that nobody drove for this long. */
#define IX_UNDRIVEN_NS NSEC_PER_MSEC

/* calls of struct ix_obj.pending */
#define IX_P_ACCEPT 0x01
#define IX_P_SHUT 0x02
#define IX_P_CLOSE 0x04

/* Memory of bytes to send; data follows. */
struct ix_chunk {
	struct ix_chunk *next;
	uint32_t cap;	/* bytes of data[] */
	uint32_t fill;	/* written */
	uint32_t sent;	/* taken by SENDV */
	uint32_t acked; /* acknowledged */
	uint8_t data[];
};

#define IX_CHUNK_SMALL 1024 /* bytes, header included */
#define IX_CHUNK_BIG 16384

/* A thread that may sleep. */
struct ix_slot {
	uint32_t tid;	/* 0: free */
	uint32_t pid;	/* 0: reserved, no thread's */
	uint32_t state; /* enum ix_sleep_state; a futex */
	uint32_t home;	/* elastic thread + 1; 0: not chosen */
	uint32_t wake;	/* eventfd + 1 that wakes it; 0: none yet */
	uint32_t pad[11];
};

/* With the number of the eventfd from bit IX_SLEEP_BITS on, for the last two. */
enum ix_sleep_state {
	IX_AWAKE,
	IX_DROWSY,  /* about to sleep: a wake-up only has to say so */
	IX_ON_WORD, /* asleep on the state itself */
	IX_ON_FDS,  /* asleep on descriptors, its eventfd among them */
	IX_RUNG,    /* ... which was written, and not yet read */
};
#define IX_SLEEP_BITS 3
#define IX_SLEEP_KIND 7u

/* An eventfd of which each write wakes one of those that sleep on it. */
struct ix_wake {
	uint32_t users; /* slots that have it; IX_WAKE_RESERVED: it is no slot's */
	int32_t rung; /* of them, those that have not read it */
};
#define IX_WAKE_RESERVED UINT32_MAX

struct ix_et {
	/* who drives, and who watches */
	struct ix_lock lock;
	uint32_t armed;		 /* slot + 1 that sleeps on the devices */
	uint32_t owner_asleep;	 /* the owner has to be told of activity */
	uint64_t armed_deadline; /* ns: when that slot wakes by itself */
	uint64_t last_drive_ns;	 /* by a thread of the program */
	uint64_t claim_ns;	 /* when driver last found work */
	uint32_t driver;	 /* slot + 1 of the thread that does */
	uint32_t adopter;	 /* slot + 1 of who drove it for others */

	/* the round that is being built */
	struct ix_obj *dirty, *dirty_tail;
	uint32_t nsg;
	uint32_t id;
	uint32_t written;   /* connections with something new to send */
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
	size_t size;
	uint32_t ready;	    /* laid out */
	uint32_t layout;    /* IX_LAYOUT of whoever did it */
	uint32_t private;   /* for one program */
	void *anchor;	    /* see ix_shared_anchor() */
	uint32_t callee;    /* slot + 1 of who listens to call_fd; 0 */
	uint32_t homes;	    /* threads that chose an elastic thread */
	uint32_t slot_top;  /* slots from here on were never taken */
	uint32_t slot_next; /* likely to be free */
	struct ix_wake wake[IX_MAX_WAKES];
	struct ix_slot slot[IX_SLOTS];
	struct ix_et et[IX_MAX_ETHREADS];
};

/* In a guest programs may come that were built otherwise. */
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

/* Bit e: the calling thread has put objects on the list of e, and has not
 * driven it since. */
extern __thread uint32_t ix_marked;

static inline struct ix_et *ix_et(unsigned et)
{
	return &ix_self.app->et[et];
}

/* Put o on the list of objects with calls to issue. */
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

/* memory.c: the shared memory as ix_self.boot.info has it, zeroed, unless another
 * program did it before; 0, -ENOMEM, -EBUSY: it is not for us */
int ix_lay_out(struct ix_app *app, bool private);

/* drive.c: what was written goes out, nothing is received. While a thread is
 * busy with many events its peers get on with what is answered already. */
void ix_push(struct ix_et *e);

/* listen.c: b, but for the handle, on every elastic thread; locked is the
 * first. The first error, after which the rest is not tried. */
int ix_listener_call(struct ix_listener *l, const struct ix_bsys *b);

/* conn.c, udp.c: append the calls of o to the batch of e. false: no room. */
bool ix_conn_calls(struct ix_et *e, struct ix_conn *c);
bool ix_udp_calls(struct ix_et *e, struct ix_udp *u);
/* ... and take the result of one. */
void ix_conn_result(struct ix_conn *c, const struct ix_bsys *b);
/* An event for o. */
void ix_conn_event(struct ix_et *e, struct ix_conn *c,
		   const struct ix_event *ev);
void ix_udp_event(struct ix_et *e, struct ix_udp *u, const struct ix_event *ev);

/* lock.c */
extern __thread uint32_t ix_self_tid;
/* owner.c */
extern const struct ix_app_ops ix_app_ops;

/* slot.c: the process is gone, and with it its threads. */
void ix_slots_forget(uint32_t pid);
void ix_slot_reset(void); /* in a fork's child */
/* The thread of the slot does not sleep any more. */
void ix_slot_up(struct ix_slot *s);
/* The eventfd of the slot, as an index, chosen when it is needed first; -1: there
 * is none. */
int ix_slot_wake(struct ix_slot *s);
/* Is nobody to read that eventfd? One was written after who was woken had
 * looked. */
bool ix_wake_is_stale(uint32_t w);
void ix_ring(int eventfd);
/* The slot's thread does not listen to call_fd any more. */
void ix_call_leave(uint32_t slot);

/* claim.c, locked. */
void ix_drive_check(struct ix_et *e);
/* Who sleeps on the devices of e now does no more. */
void ix_relieve(struct ix_et *e);
/* home.c */
void ix_home_reset(void);
bool ix_may_arm(const struct ix_et *e, unsigned home, uint32_t me);
/* drive.c */
int ix_round(struct ix_et *e, unsigned flags);

#endif
