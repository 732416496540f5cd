/* SPDX-License-Identifier: MIT */
/*
 * signals.h - a thread's signals: what signal.c, sigframe.c and sigcalls.c
 * share, and what threads and processes need of them
 *
 * A program's handler is never called by the kernel. The host's handler takes
 * one signal, notes it, and leaves all signals blocked in the host thread
 * until a frame for it lies on the program's stack. So the kernel keeps the
 * order and number of all others, and its answers (sigpending, signalfd,
 * which thread gets a signal) are right. What has no handler has its default
 * or is ignored in the host too, and needs no code here.
 */
#ifndef IX_DUNE_SIGNALS_H
#define IX_DUNE_SIGNALS_H

#include <signal.h>

#include "dune/internal.h"
#include "dune/kick.h"
#include "dune/native.h"

/* glibc installs a handler of its own for it with the first thread. */
#define SIGSETXID 33

#define SIGBIT(sig) (UINT64_C(1) << ((sig)-1))
#define SIG_ALL UINT64_MAX
/* can be neither blocked nor caught */
#define SIG_NEVER (SIGBIT(SIGKILL) | SIGBIT(SIGSTOP))
/* never blocked in the host: faults of copies, kicks */
#define SIG_OPEN \
	(SIG_NEVER | SIGBIT(SIGSEGV) | SIGBIT(SIGBUS) | SIGBIT(SIGKICK))

/* as rt_sigaction has it */
struct sig_action {
	uint64_t handler, flags, restorer, mask;
};

/* as sigaltstack has it */
struct sig_stack {
	uint64_t base;
	int flags;
	int pad;
	uint64_t size;
};

/* Signals that the host's handler has taken: those that are never blocked
 * have a place each, the others have one. */
enum sig_slot { SLOT_ANY, SLOT_SEGV, SLOT_BUS, SLOTS };

struct dune_signals {
	/* Do not begin a call: a signal is to be delivered, or the thread is
	 * to end. native.S reads it. */
	volatile int stop;
	volatile int kicked;	 /* something interrupted that is no signal */
	volatile int closed;	 /* the host's mask is not the program's: all */
	volatile int sig[SLOTS]; /* 0: nothing taken */
	siginfo_t info[SLOTS];

	volatile uint64_t mask; /* the program's */
	uint64_t saved_mask;	/* mask to go back to, if restore_mask */
	bool restore_mask;	/* mask is that of an interrupted wait */

	struct sig_stack alt;
	struct {
		uint64_t vec, err, cr2;
	} fault;   /* the last exception, for the frame */
	void *fpu; /* dune_fpu_size() bytes */
};

/* sighost.c */
/* The handler of the host, for all signals that the program may catch. */
void sighost_handler(int sig, siginfo_t *info, void *context);
void sighost_mask(uint64_t mask);
int signals_thread(struct dune_thread *t, uint64_t mask);
void signals_free(struct dune_thread *t);
/* Block all signals in the host thread but for faults and kicks. */
void signals_close(struct dune_thread *t);
/* ... and open those again that the program does not block. */
void signals_open(struct dune_thread *t);
/* Set the program's mask, without opening the host's. */
void signals_set_mask(struct dune_thread *t, uint64_t mask);
/* A thread that ends hands a signal that it took on to the others. */
void signals_hand_on(struct dune_thread *t);
/* In the child of a fork: it has the parent's handlers, nothing pending. */
void signals_forked(struct dune_thread *t);
/* After its mask, or what is taken, has changed: is a call to be begun? */
void signals_update(const struct dune_thread *t);

/* deliver.c */
/* End this process as a signal does that has its default. */
void signal_die(struct dune_thread *t, int sig, const siginfo_t *info)
	__attribute__((noreturn));
/* Like signal_fault, but for a frame that cannot be used. */
void signal_bad_frame(struct dune_thread *t, int sig);
/* sigtable.c: the table of handlers, under its lock */
void sig_action_start(void); /* what the process has ignored or not */
void sig_action_lock(void);
void sig_action_unlock(void);
/* The handler of a signal that is delivered: once, if it is so declared. */
void sig_action_take(int sig, struct sig_action *out);
/* Is the default of this signal to end with a core file? */
bool sig_dumps_core(int sig);
void sig_action_get(int sig, struct sig_action *out);
void sig_action_set(int sig, const struct sig_action *act,
		    struct sig_action *old_out);
/* After a host thread was made: SIGSETXID is the program's, not the host's. */
void signals_renew(void);
/* Handlers, and what is ignored if so wanted, go back to the default. */
void sig_action_default(bool ignored_too);
/* blocking.c: which slot holds a signal that the mask lets through; -1: none. */
int signals_ready(const struct dune_signals *s, uint64_t mask);
/* dune_native() for the thread of s. */
long blocking_call(struct dune_signals *s, long nr, const uint64_t a[6]);

/* sigframe.c: 0, or -EFAULT: no room on the program's stack */
int frame_push(struct dune_thread *t, int sig, const siginfo_t *info,
	       const struct sig_action *act, uint64_t return_mask);
/* The registers, mask and stack of the frame that the program returns from. */
int frame_pop(struct dune_thread *t);
bool frame_on_altstack(const struct dune_signals *s, uint64_t sp);
/* The signal is pending, blocked and has its default: end with a core. */
void frame_die(const struct dune_thread *t, int sig) __attribute__((noreturn));
void frame_reset_fpu(struct dune_thread *t);

/* sigcalls.c: is tid a thread of this process that the program has not made? */
bool thread_hidden(pid_t tid);

/* system calls of the mediation that internal.h does not name */
long sys_timer_create(struct dune_thread *t, const uint64_t a[6]);
long sys_tkill(struct dune_thread *t, const uint64_t a[6]);
long sys_tgkill(struct dune_thread *t, const uint64_t a[6]);
long sys_rt_sigqueueinfo(struct dune_thread *t, const uint64_t a[6]);
long sys_pidfd_send_signal(struct dune_thread *t, const uint64_t a[6]);
long sys_rt_tgsigqueueinfo(struct dune_thread *t, const uint64_t a[6]);

#endif
