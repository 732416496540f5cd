/* SPDX-License-Identifier: MIT */
/*
 * owner.h - the helper process that an instance lives as long as
 */
#ifndef IX_HOST_OWNER_H
#define IX_HOST_OWNER_H

#include <stdbool.h>
#include <sys/epoll.h>

#include "control/host/owner/control.h"
#include "control/host/instance/instance.h"

/* What the owner does about one elastic thread; see duty.c. */
enum duty_state {
	DUTY_ASK,   /* find out: at once */
	DUTY_REST,  /* the program sleeps armed: nothing, until told */
	DUTY_LOOK,  /* the program drives: ask again at `until` */
	DUTY_WATCH, /* nobody else does: sleep on the devices */
};

struct duty {
	enum duty_state state;
	bool signalled;	  /* one of the fds is readable */
	uint64_t until;	  /* ns */
	uint64_t look_ns; /* at least until the next LOOK */
	struct ix_sleep sleep;
	/* see stuck.c */
	uint64_t iterations; /* seen so far */
	uint64_t events;     /* delivered before our last round */
	uint64_t waits_ns;   /* events wait for the program since; 0 */
	uint64_t call_ns;    /* until then we do not call it again */
	uint64_t locked_ns;  /* we do not get the elastic thread since; 0 */
	bool stuck;	     /* told */
	bool unfilled;	     /* told, that checksums are wrong */
};

struct watched {
	int pidfd; /* -1: not watched, -2: not yet */
	bool gone;
};

struct keeper {
	int fd; /* to it; -1: there is none */
	int pidfd;
	unsigned starts;
};

/* No process of the program is left; see ending.c. */
struct ending {
	uint64_t since;	       /* ns; 0: some are */
	uint64_t bytes;	       /* that connections had carried ... */
	uint64_t moved_ns;     /* ... when that was last another number */
	uint64_t linger_until; /* then connections with unsent bytes are left */
};

struct owner {
	struct instance *in;
	int epfd;
	unsigned nprocs;  /* slots in use */
	bool kicked;	  /* owner_wake_fd was written */
	bool work;	  /* the program's side has something to do here */
	int busy;	  /* ... and this many things in progress */
	bool links_lost;  /* not every ethread knows yet */
	uint64_t gone_at; /* the last process was buried */
	struct ending ending;
	struct duty duty[IX_MAX_ETHREADS];
	struct watched proc[INSTANCE_PROCS];
	struct control control;
	struct keeper keeper;
};

/* Fork the owner and wait until it is ready. 0 or -errno. */
int owner_start(struct instance *in);
/* Is this process the owner? */
bool owner_is_self(void);

/* What an event of the owner's epoll is about: kind in the upper half. */
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
