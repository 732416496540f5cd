// SPDX-License-Identifier: MIT
/*
 * deliver.c - signals of the host become signals of the program
 *
 * Trust: the program chooses masks, handlers and stacks; all of them are
 * only ever used in ring 3 or through user_put(). See sigstate.h for the idea.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dune/host/blocking.h"
#include "dune/host/core.h"
#include "dune/host/host.h"
#include "dune/host/kick.h"
#include "dune/host/native.h"
#include "dune/host/self.h"
#include "dune/host/sigstate.h"
#include "dune/task/deliver.h"
#include "dune/task/sigframe.h"
#include "dune/task/sighost.h"
#include "dune/task/sigtable.h"
#include "dune/task/thread.h"
#include "dune/task/threads.h"
#include "dune/task/vfork.h"

#define SA_RESTORER 0x04000000u

static bool core_wanted(int sig)
{
	struct rlimit rl;

	/* process 1 of a container does not die of its own signals */
	return sig_dumps_core(sig) && getpid() != 1 &&
	       !getrlimit(RLIMIT_CORE, &rl) && rl.rlim_cur &&
	       prctl(PR_GET_DUMPABLE) == 1;
}

void signal_die(struct dune_thread *t, int sig, const siginfo_t *info)
{
	struct sig_action dfl = { .flags = SA_RESTORER };
	const siginfo_t plain = { .si_signo = sig, .si_code = SI_TKILL };
	uint64_t mask = SIG_ALL;
	bool core;

	vfork_release();
	core = core_wanted(sig) && !core_program();
	host(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, 8);
	/* for ever: no other thread makes it something else than the end */
	sig_action_lock();
	host(SYS_rt_sigaction, sig, &dfl, 0, 8);
	host(SYS_rt_tgsigqueueinfo, getpid(), gettid(), sig,
	     info ? info : &plain);
	if (core && host(SYS_rt_sigpending, &mask, 8) == 0 &&
	    (mask & SIGBIT(sig)))
		frame_die(t, sig);
	mask = ~SIGBIT(sig);
	host(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, 8);
	for (;;)
		host(SYS_exit_group, 128 + sig);
}

/* Is it a default that the kernel ends a process for? */
static bool default_is_nothing(int sig)
{
	return sig == SIGCHLD || sig == SIGURG || sig == SIGWINCH ||
	       sig == SIGCONT;
}

/* A signal without a handler that was taken all the same: it had one when it
 * came, or it is always caught. */
static void without_handler(struct dune_thread *t, int sig, siginfo_t *info,
			    const struct sig_action *act)
{
	if (act->handler == (uintptr_t)SIG_IGN || default_is_nothing(sig))
		return;
	if (sig_dumps_core(sig))
		signal_die(t, sig, info);
	/* the host has the same default, so the kernel does what it says */
	host(SYS_rt_tgsigqueueinfo, (uint64_t)getpid(), (uint64_t)t->tid,
	     (uint64_t)sig, (uintptr_t)info);
}

static bool is_restart(long result)
{
	return result == -DUNE_ERESTARTSYS || result == -DUNE_ERESTARTNOINTR;
}

/* The call that was interrupted ends, or is made again after the handler. */
static void end_call(struct dune_thread *t, bool restart)
{
	long result = (long)t->regs.rax;

	if (!is_restart(result))
		return;
	t->full = 1;
	if (!restart && result == -DUNE_ERESTARTSYS) {
		t->regs.rax = (uint64_t)-EINTR;
		return;
	}
	t->regs.rax = (uint64_t)t->nr;
	t->regs.rip -= 2; /* the length of a syscall instruction */
}

/* Start a handler: its frame is pushed, its mask is in force. */
static void start_handler(struct dune_thread *t, int sig, const siginfo_t *info,
			  const struct sig_action *act)
{
	struct dune_signals *s = t->signals;
	uint64_t back = s->restore_mask ? s->saved_mask : s->mask;
	uint64_t mask = s->mask | act->mask;

	s->restore_mask = false;
	s->closed = 1; /* signals_deliver() sets the host's mask anew */
	if (frame_push(t, sig, info, act, back)) {
		signals_set_mask(t, back);
		signal_bad_frame(t, sig);
		return;
	}
	if (!(act->flags & SA_NODEFER))
		mask |= SIGBIT(sig);
	signals_set_mask(t, mask);
}

static void deliver_one(struct dune_thread *t, int slot, bool *in_call)
{
	struct dune_signals *s = t->signals;
	siginfo_t info = s->info[slot];
	int sig = s->sig[slot];
	struct sig_action act;

	s->sig[slot] = 0;
	sig_action_take(sig, &act);
	if (act.handler <= (uintptr_t)SIG_IGN) {
		without_handler(t, sig, &info, &act);
	} else {
		if (*in_call)
			end_call(t, act.flags & SA_RESTART);
		*in_call = false;
		start_handler(t, sig, &info, &act);
	}
}

void signals_deliver(struct dune_thread *t, bool after_syscall)
{
	struct dune_signals *s = t->signals;
	bool in_call = after_syscall && t->nr >= 0;
	int slot;

	if (!s->stop && !s->closed && !s->restore_mask &&
	    !(in_call && is_restart((long)t->regs.rax)))
		return;
	do {
		if (threads_wanted(t) && threads_check(t))
			in_call = false;
		while ((slot = signals_ready(s, s->mask)) >= 0)
			deliver_one(t, slot, &in_call);
		if (s->restore_mask) {
			s->restore_mask = false;
			signals_set_mask(t, s->saved_mask);
		}
		signals_update(t);
		if (s->closed) /* more may come now */
			signals_open(t);
	} while (s->stop);
	if (in_call)
		end_call(t, true);
}

void signal_bad_frame(struct dune_thread *t, int sig)
{
	struct sig_action act;

	sig_action_get(SIGSEGV, &act);
	if (sig == SIGSEGV || act.handler <= (uintptr_t)SIG_IGN)
		signal_die(t, SIGSEGV, NULL);
	signal_fault(t, SIGSEGV, SI_KERNEL, 0);
}

void signal_fault(struct dune_thread *t, int sig, int code, uint64_t addr)
{
	struct dune_signals *s = t->signals;
	siginfo_t info = { .si_signo = sig, .si_code = code };
	struct sig_action act;

	info.si_addr = (void *)(uintptr_t)addr;
	s->fault.vec = t->trap.vec;
	s->fault.err = t->trap.err;
	s->fault.cr2 = t->trap.cr2;
	sig_action_take(sig, &act);
	if (act.handler <= (uintptr_t)SIG_IGN || (s->mask & SIGBIT(sig)))
		signal_die(t, sig, &info);
	start_handler(t, sig, &info, &act);
}

/* --- threads and processes --- */

static void fork_begin(void)
{
	threads_lock();
	sig_action_lock();
}

static void fork_end(void)
{
	sig_action_unlock();
	threads_unlock();
}

int signals_start(struct dune_thread *t)
{
	uint64_t mask = 0;
	int rc = -pthread_atfork(fork_begin, fork_end, fork_end);

	if (rc)
		return rc;
	rc = kick_start();
	if (rc)
		return rc;

	host(SYS_rt_sigprocmask, SIG_BLOCK, 0, (uintptr_t)&mask, 8);
	sighost_mask(SIG_ALL);
	rc = signals_thread(t, mask);
	if (rc)
		return rc;
	sig_action_start();
	thread_register(t);
	return 0;
}

void signals_exec(struct dune_thread *t)
{
	struct dune_signals *s = t->signals;

	sig_action_default(false);
	memset(&s->alt, 0, sizeof(s->alt));
	s->alt.flags = SS_DISABLE;
	memset(&s->fault, 0, sizeof(s->fault));
}
