// SPDX-License-Identifier: MIT
/*
 * sigtable.c - the program's table of handlers, and what the host has for each
 */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#include "dune/host/host.h"
#include "dune/host/native.h"
#include "dune/host/sigstate.h"
#include "dune/task/sighost.h"
#include "dune/task/sigtable.h"

#define NSIG_MAX 64
#define SA_RESTORER 0x04000000u

static struct {
	pthread_mutex_t lock;
	struct sig_action act[NSIG_MAX + 1];
} table = { .lock = PTHREAD_MUTEX_INITIALIZER };

void sig_action_lock(void)
{
	pthread_mutex_lock(&table.lock);
}

void sig_action_unlock(void)
{
	pthread_mutex_unlock(&table.lock);
}

/* Is the host's handler there whatever the program wants? */
static bool always_caught(int sig)
{
	return sig == SIGSEGV || sig == SIGBUS;
}

/* Signals whose default is to end with a core dump. They are always caught, so
 * that it is the program's core: its registers, and none of our memory. */
bool sig_dumps_core(int sig)
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
	    (act->handler == (uintptr_t)SIG_DFL && sig_dumps_core(sig)))
		host.handler = (uintptr_t)sighost_handler;
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

/* Take the handler of a signal, once if it is so declared. */
void sig_action_take(int sig, struct sig_action *out)
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

void sig_action_default(bool ignored_too)
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

void sig_action_start(void)
{
	for (int sig = 1; sig <= NSIG_MAX; sig++) {
		struct sig_action *act = &table.act[sig];

		host(SYS_rt_sigaction, (uint64_t)sig, 0, (uintptr_t)act, 8);
		/* a handler of the host's own is not the program's */
		if (act->handler > (uintptr_t)SIG_IGN)
			memset(act, 0, sizeof(*act));
		if (!(SIGBIT(sig) & SIG_NEVER))
			host_action(sig, act);
	}
}
