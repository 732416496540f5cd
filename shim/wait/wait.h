/* SPDX-License-Identifier: MIT */
/*
 * wait.h - how a thread waits
 */
#ifndef IX_SHIM_WAIT_H
#define IX_SHIM_WAIT_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * A wait: what is waited for, as call-backs.
 */
struct wait {
	/* number of things that are ready on the stack's side; a look without
	 * lock: what comes later is told to who is enlisted */
	int (*check)(struct wait *w);
	/* number of things that are ready in the kernel; no lock; or NULL */
	int (*kernel)(struct wait *w);
	/* not locked: be woken through slot from now on / no more */
	void (*enlist)(struct wait *w, int slot);
	void (*delist)(struct wait *w);
	/* the thread is cancelled, and comes back no more; or NULL */
	void (*leave)(struct wait *w);
	struct pollfd *kfds; /* kernel fds to sleep on */
	unsigned nkfds;
	unsigned et;	      /* elastic thread to drive first */
	int64_t timeout_ns;   /* < 0: none */
	const sigset_t *mask; /* in force while waiting, or NULL */
	bool restart;	      /* handlers with SA_RESTART do not end it */
	bool exact;	      /* look at kernel fds even if others are ready */
};

/*
 * Drive the elastic thread until something is ready. Number of ready things,
 * 0: the time is up, -EINTR.
 */
int wait_run(struct wait *w);
/* The program has written to a kernel fd: who waits looks soon. */
void wait_kernel_written(void);

/* The calling thread may be cancelled anywhere, or only at cancellation points. */
void wait_cancel_async(bool on);
/* A thread of this process was cancelled: those that sleep look whether they are
 * meant. started: an instance runs. */
void wait_cancelled(bool started);

/* What of p is ready in the kernel right now; 0 on an error too. */
int poll_now(struct pollfd *p, unsigned n);

/* Handlers of the program that this thread ran. */
struct sig_count {
	uint32_t ran;	    /* all */
	uint32_t norestart; /* without SA_RESTART */
};
extern __thread struct sig_count sig_count;

#endif
