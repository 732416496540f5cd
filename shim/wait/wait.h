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
 * A wait: what is waited for, as callbacks that wait_run() makes.
 */
struct wait {
	/* number of things that are ready on the stack's side. It takes no
	 * lock: what becomes ready after the look wakes those who are
	 * enlisted */
	int (*check)(struct wait *w);
	/* number of things that are ready in the kernel, not locked; or NULL */
	int (*kernel)(struct wait *w);
	/* not locked: from now on wake the thread of slot; stop that */
	void (*enlist)(struct wait *w, int slot);
	void (*delist)(struct wait *w);
	/* the thread is cancelled, wait_run() does not return; or NULL */
	void (*leave)(struct wait *w);
	struct pollfd *kfds; /* kernel fds to sleep on */
	unsigned nkfds;
	unsigned et;	      /* elastic thread to drive first */
	int64_t timeout_ns;   /* < 0: none */
	const sigset_t *mask; /* signal mask while waiting, or NULL */
	bool restart;	      /* a handler with SA_RESTART does not end it */
	bool exact;	      /* look at kernel fds even if others are ready */
};

/*
 * Drive the elastic thread, or sleep, until something is ready. Number of ready
 * things, 0: the time is up, -EINTR: a handler ran.
 */
int wait_run(struct wait *w);
/* The program has written to a kernel fd: threads that wait look there soon. */
void wait_kernel_written(void);

/* The cancellation type of the calling thread is asynchronous (on), or
 * deferred. */
void wait_cancel_async(bool on);
/* pthread_cancel() was called: wake all threads that sleep, to see whether they
 * are cancelled. started: an instance runs. */
void wait_cancelled(bool started);

/* How many of p are ready in the kernel right now; 0 on an error, too. */
int poll_now(struct pollfd *p, unsigned n);

/* How many handlers of the program this thread has run. */
struct sig_count {
	uint32_t ran;	    /* all */
	uint32_t norestart; /* without SA_RESTART */
};
extern __thread struct sig_count sig_count;

#endif
