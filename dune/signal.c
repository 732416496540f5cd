// SPDX-License-Identifier: MIT
/*
 * signal.c - signals of the host become signals of the program
 *
 * Trust: the program chooses masks, handlers and stacks; all of them are
 * only ever used in ring 3 or through user_put(). See signals.h for the idea.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dune/core.h"
#include "dune/host.h"
#include "dune/signals.h"
#include "dune/threads.h"
#include "dune/vfork.h"

#define NSIG_MAX 64
#define SA_RESTORER 0x04000000u

static struct {
	pthread_mutex_t lock;
	struct sig_action act[NSIG_MAX + 1];
} table = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* --- the host's side --- */

static void host_mask(uint64_t mask)
{
	mask &= ~SIG_OPEN;
	host(SYS_rt_sigprocmask, SIG_SETMASK, (uintptr_t)&mask, 0, 8);
}

static int slot_of(int sig)
{
	switch (sig) {
	case SIGSEGV:
		return SLOT_SEGV;
	case SIGBUS:
		return SLOT_BUS;
	default:
		return SLOT_ANY;
	}
}

/* A signal that this thread shall not have goes back to the process. Only the
 * first thread may say that it came from elsewhere: else it is as by kill(). */
static void send_back(int sig, siginfo_t *info)
{
	if (host(SYS_rt_sigqueueinfo, getpid(), sig, info) == -EPERM)
		host(SYS_kill, getpid(), sig);
}

static void take(struct dune_thread *t, int sig, const siginfo_t *info,
		 ucontext_t *uc)
{
	struct dune_signals *s = t->signals;
	int slot = slot_of(sig);

	if (slot == SLOT_ANY) {
		uint64_t all = ~SIG_OPEN;

		memcpy(&uc->uc_sigmask, &all, sizeof(all));
		s->closed = 1;
	} else if (s->sig[slot]) {
		return; /* pending already: not counted */
	}
	s->info[slot] = *info;
	s->sig[slot] = sig;
	if (signals_ready(s, s->mask) >= 0 || threads_wanted(t))
		s->stop = 1;
}

static bool is_fault(int sig, const siginfo_t *info)
{
	return (sig == SIGSEGV || sig == SIGBUS) && info->si_code > 0;
}

/* A copy met a bad address: it goes on behind it. All else is our fault. */
static void host_fault(int sig, const siginfo_t *info, ucontext_t *uc)
{
	greg_t *regs = uc->uc_mcontext.gregs;
	uint64_t to = dune_fixup_find((uint64_t)regs[REG_RIP]);
	struct sig_action dfl = { .flags = SA_RESTORER };
	char line[128];
	int n;

	if (to) {
		regs[REG_RIP] = (greg_t)to;
		return;
	}
	if (dune_cas_fixup(uc))
		return;
	n = snprintf(
		line, sizeof(line),
		"ix-run: fault in the host: signal %d at %#llx, rip %#llx\n",
		sig, (unsigned long long)(uintptr_t)info->si_addr,
		(unsigned long long)regs[REG_RIP]);
	host(SYS_write, 2, (uintptr_t)line, (uint64_t)n);
	core_none();
	/* again, with the default */
	host(SYS_rt_sigaction, (uint64_t)sig, (uintptr_t)&dfl, 0, 8);
}

static void kicked(struct dune_thread *t, ucontext_t *uc)
{
	struct dune_signals *s = t->signals;

	if (s) {
		s->kicked = 1;
		if (threads_wanted(t))
			s->stop = 1;
		if (s->stop)
			dune_native_unwind(uc);
	}
	if (!s || !s->closed)
		dune_kick(t);
}

static void host_signal(int sig, siginfo_t *info, void *context)
{
	struct dune_thread *t = dune_self;
	ucontext_t *uc = context;
	int closed;

	if (is_fault(sig, info)) {
		host_fault(sig, info, uc);
		return;
	}
	if (kick_is(sig, info)) {
		if (t)
			kicked(t, uc);
		return;
	}
	if (!t || !t->signals) {
		/* a thread that is not the program's: not again here */
		sigfillset(&uc->uc_sigmask);
		send_back(sig, info);
		return;
	}
	closed = t->signals->closed;
	take(t, sig, info, uc);
	if (t->signals->stop)
		dune_native_unwind(uc);
	/* else signals_deliver() is on the way, and there may be no vCPU */
	if (!closed)
		dune_kick(t);
}

void signals_close(struct dune_thread *t)
{
	t->signals->closed = 1;
	host_mask(SIG_ALL);
}

void signals_open(struct dune_thread *t)
{
	struct dune_signals *s = t->signals;

	if (s->sig[SLOT_ANY])
		return; /* signals_deliver() opens it */
	s->closed = 0;
	host_mask(s->mask);
}

static void update_stop(const struct dune_thread *t)
{
	struct dune_signals *s = t->signals;

	s->stop = 0;
	__asm__ volatile("" ::: "memory");
	if (signals_ready(s, s->mask) >= 0 || threads_wanted(t))
		s->stop = 1;
}

void signals_set_mask(struct dune_thread *t, uint64_t mask)
{
	t->signals->mask = mask & ~SIG_NEVER;
	update_stop(t);
}

bool signals_pending(const struct dune_thread *t)
{
	return t->signals->stop;
}

/* --- the table of handlers --- */

/* Is the host's handler there whatever the program wants? */
static bool always_caught(int sig)
{
	return slot_of(sig) != SLOT_ANY;
}

/* Signals whose default is to end with a core dump. They are always caught, so
 * that it is the program's core: its registers, and none of our memory. */
static bool dumps_core(int sig)
{
	return ((SIGBIT(SIGQUIT) | SIGBIT(SIGILL) | SIGBIT(SIGTRAP) |
		 SIGBIT(SIGABRT) | SIGBIT(SIGBUS) | SIGBIT(SIGFPE) |
		 SIGBIT(SIGSEGV) | SIGBIT(SIGXCPU) | SIGBIT(SIGXFSZ) |
		 SIGBIT(SIGSYS)) &
		SIGBIT(sig)) != 0;
}

static void host_action(int sig, const struct sig_action *act)
{
	struct sig_action host = {
		.handler = act->handler,
		/* a call that the kernel would restart is told from one that
		 * it would end: see native.S */
		.flags = (act->flags & (SA_NOCLDSTOP | SA_NOCLDWAIT)) |
			 SA_RESTORER | SA_RESTART | SA_SIGINFO,
		.restorer = (uintptr_t)dune_restorer,
		.mask = ~SIG_OPEN,
	};

	if (always_caught(sig) || act->handler > (uintptr_t)SIG_IGN ||
	    (act->handler == (uintptr_t)SIG_DFL && dumps_core(sig)))
		host.handler = (uintptr_t)host_signal;
	host(SYS_rt_sigaction, (uint64_t)sig, (uintptr_t)&host, 0, 8);
}

void signals_renew(void)
{
	pthread_mutex_lock(&table.lock);
	host_action(SIGSETXID, &table.act[SIGSETXID]);
	pthread_mutex_unlock(&table.lock);
}

void sig_action_get(int sig, struct sig_action *out)
{
	pthread_mutex_lock(&table.lock);
	*out = table.act[sig];
	pthread_mutex_unlock(&table.lock);
}

void sig_action_set(int sig, const struct sig_action *act,
		    struct sig_action *old_out)
{
	pthread_mutex_lock(&table.lock);
	if (old_out)
		*old_out = table.act[sig];
	if (act) {
		table.act[sig] = *act;
		host_action(sig, act);
	}
	pthread_mutex_unlock(&table.lock);
}

/* --- delivery --- */

static bool core_wanted(int sig)
{
	struct rlimit rl;

	/* process 1 of a container does not die of its own signals */
	return dumps_core(sig) && getpid() != 1 &&
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
	pthread_mutex_lock(&table.lock);
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
	if (dumps_core(sig))
		signal_die(t, sig, info);
	/* the host has the same default, so the kernel does what it says */
	host(SYS_rt_tgsigqueueinfo, (uint64_t)getpid(), (uint64_t)t->tid,
	     (uint64_t)sig, (uintptr_t)info);
}

/* Take the handler of a signal, once if it is so declared. */
static void handler_for(int sig, struct sig_action *out)
{
	static const struct sig_action dfl;

	pthread_mutex_lock(&table.lock);
	*out = table.act[sig];
	if (out->handler > (uintptr_t)SIG_IGN && (out->flags & SA_RESETHAND)) {
		table.act[sig].handler = (uintptr_t)SIG_DFL;
		host_action(sig, &dfl);
	}
	pthread_mutex_unlock(&table.lock);
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
	handler_for(sig, &act);
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
		update_stop(t);
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
	handler_for(sig, &act);
	if (act.handler <= (uintptr_t)SIG_IGN || (s->mask & SIGBIT(sig)))
		signal_die(t, sig, &info);
	start_handler(t, sig, &info, &act);
}

/* --- threads and processes --- */

int signals_thread(struct dune_thread *t, uint64_t mask)
{
	struct dune_signals *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->fpu = calloc(1, dune_fpu_size());
	if (!s->fpu) {
		free(s);
		return -ENOMEM;
	}
	s->mask = mask & ~SIG_NEVER;
	s->alt.flags = SS_DISABLE;
	s->closed = 1;
	s->stop = 1; /* the first signals_deliver() opens the host's mask */
	t->signals = s;
	return 0;
}

void signals_free(struct dune_thread *t)
{
	struct dune_signals *s = t->signals;

	t->signals = NULL;
	if (!s)
		return;
	free(s->fpu);
	free(s);
}

void signals_hand_on(struct dune_thread *t)
{
	struct dune_signals *s = t->signals;

	for (int i = 0; i < SLOTS; i++) {
		if (s->sig[i] && s->info[i].si_code != SI_TKILL)
			send_back(s->sig[i], &s->info[i]);
		s->sig[i] = 0;
	}
}

void signals_forked(struct dune_thread *t)
{
	for (int i = 0; i < SLOTS; i++)
		t->signals->sig[i] = 0;
	update_stop(t);
}

static void fork_begin(void)
{
	threads_lock();
	pthread_mutex_lock(&table.lock);
}

static void fork_end(void)
{
	pthread_mutex_unlock(&table.lock);
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
	host_mask(SIG_ALL);
	rc = signals_thread(t, mask);
	if (rc)
		return rc;
	for (int sig = 1; sig <= NSIG_MAX; sig++) {
		struct sig_action *act = &table.act[sig];

		host(SYS_rt_sigaction, (uint64_t)sig, 0, (uintptr_t)act, 8);
		/* a handler of the host's own is not the program's */
		if (act->handler > (uintptr_t)SIG_IGN)
			memset(act, 0, sizeof(*act));
		if (!(SIGBIT(sig) & SIG_NEVER))
			host_action(sig, act);
	}
	thread_register(t);
	return 0;
}

void signals_default(bool ignored_too)
{
	static const struct sig_action dfl;
	struct sig_action act;

	for (int sig = 1; sig <= NSIG_MAX; sig++) {
		sig_action_get(sig, &act);
		if (act.handler > (uintptr_t)SIG_IGN ||
		    (ignored_too && act.handler == (uintptr_t)SIG_IGN))
			sig_action_set(sig, &dfl, NULL);
	}
}

void signals_exec(struct dune_thread *t)
{
	struct dune_signals *s = t->signals;

	signals_default(false);
	memset(&s->alt, 0, sizeof(s->alt));
	s->alt.flags = SS_DISABLE;
	memset(&s->fault, 0, sizeof(s->fault));
}
