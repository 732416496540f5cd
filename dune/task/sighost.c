// SPDX-License-Identifier: MIT
/*
 * sighost.c - the host's side of signals: the handler that takes them, the mask
 *
 * See sigstate.h for the idea.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dune/host/blocking.h"
#include "dune/host/core.h"
#include "dune/host/host.h"
#include "dune/host/kick.h"
#include "dune/host/native.h"
#include "dune/host/self.h"
#include "dune/host/sigstate.h"
#include "dune/host/uaccess.h"
#include "dune/task/sighost.h"
#include "dune/task/sigtable.h"
#include "dune/task/threads.h"
#include "dune/vm/run.h"
#include "dune/vm/vcpu.h"

#define SA_RESTORER 0x04000000u

void sighost_mask(uint64_t mask)
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

void sighost_handler(int sig, siginfo_t *info, void *context)
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
	sighost_mask(SIG_ALL);
}

void signals_open(struct dune_thread *t)
{
	struct dune_signals *s = t->signals;

	if (s->sig[SLOT_ANY])
		return; /* signals_deliver() opens it */
	s->closed = 0;
	sighost_mask(s->mask);
}

void signals_update(const struct dune_thread *t)
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
	signals_update(t);
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
	signals_update(t);
}
