/* SPDX-License-Identifier: MIT */
/*
 * owner.h - the owner: the process that an instance lives as long as
 */
#ifndef IX_HOST_OWNER_H
#define IX_HOST_OWNER_H

#include <stdbool.h>
#include <sys/epoll.h>

#include "control/host/owner/control.h"
#include "control/host/instance/instance.h"

/* What the owner does about one elastic thread; duty.c has the transitions. */
enum duty_state {
	DUTY_ASK,   /* ask at once what is to be done */
	DUTY_REST,  /* a program thread sleeps armed: wait until told */
	DUTY_LOOK,  /* a program thread drives: ask again at `until` */
	DUTY_WATCH, /* no program thread does: sleep on the devices */
};

/* All times are of the monotonic clock, ns. */
struct duty {
	enum duty_state state;
	bool signalled;	       /* a descriptor of `sleep` is readable */
	uint64_t until;	       /* when the state is to be left at the latest */
	uint64_t look_ns;      /* the least duration of the next LOOK */
	struct ix_sleep sleep; /* WATCH: descriptors and deadline */
	/* see stuck.c */
	uint64_t iterations; /* of the elastic thread, when last looked at */
	uint64_t events;     /* written before the owner's last round */
	uint64_t waits_ns;   /* since when events wait for the program; or 0 */
	uint64_t call_ns;    /* when the program may be woken again */
	uint64_t locked_ns;  /* since when the owner gets no lease; or 0 */
	bool stuck;	     /* the program was reported as unresponsive */
	bool unfilled;	     /* wrong checksums were reported */
};

/* The owner's watch on the process in the same slot of instance.proc. */
struct watched {
	int pidfd; /* -1: none (process gone, old kernel), -2: not yet opened */
	bool gone; /* the process has ended and is to be buried, see reaper.c */
};

struct keeper {
	int fd; /* channel to the keeper; -1: there is no keeper */
	int pidfd;
	unsigned starts; /* how often it was started */
};

/* The time after the program's last process has ended; see ending.c. */
struct ending {
	uint64_t since;	       /* when it ended, ns; 0: some still live */
	uint64_t bytes;	       /* carried by all connections up to now */
	uint64_t moved_ns;     /* when `bytes` was last seen to change */
	uint64_t linger_until; /* when unsent bytes are given up, ns */
};

struct owner {
	struct instance *in;
	int epfd;
	unsigned nprocs;  /* processes watched and not yet buried */
	bool kicked;	  /* owner_wake_fd was written: all duties ask */
	bool work;	  /* app->work_fd() is readable */
	int busy;	  /* relays in use and the like, which keep the
			   * instance alive: by app->work(), or the keeper */
	bool links_lost;  /* an elastic thread does not know of a lost link */
	uint64_t gone_at; /* when the last process was buried, ns */
	struct ending ending;
	struct duty duty[IX_MAX_ETHREADS];
	struct watched proc[INSTANCE_PROCS]; /* by slot */
	struct control control;
	struct keeper keeper;
};

/* Fork the owner and wait until it is ready. Returns 0 or -errno. */
int owner_start(struct instance *in);
/* Is this process the owner? */
bool owner_is_self(void);

/* What an event of the owner's epoll instance is about. It goes into the upper
 * half of epoll_data.u64; the lower half is an index. */
enum owner_event {
	EV_WAKE,
	EV_PROC,
	EV_LISTEN,
	EV_CLIENT,
	EV_LINK,
	EV_WORK,
	EV_KEEPER
};

static inline uint64_t owner_tag(enum owner_event kind, uint32_t index)
{
	return (uint64_t)kind << 32 | index;
}

#endif
