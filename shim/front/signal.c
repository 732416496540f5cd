// SPDX-License-Identifier: MIT
/*
 * signal.c - sigaction and its older names, which the C library has call itself past us
 */
#include <errno.h>
#include <signal.h>

#include "shim/front/calls.h"
#include "shim/process/signals.h"

int call_sigaction(int sig, const struct sigaction *act, struct sigaction *old)
{
	return (int)ret_errno(signal_action(sig, act, old));
}

static uint64_t interrupts; /* bit sig - 1: siginterrupt() */

static sighandler_t install(int sig, sighandler_t fn, int flags, bool masked)
{
	struct sigaction act = { .sa_handler = fn, .sa_flags = flags };
	struct sigaction old;

	if (fn == SIG_ERR) {
		errno = EINVAL;
		return SIG_ERR;
	}
	sigemptyset(&act.sa_mask);
	if (masked)
		sigaddset(&act.sa_mask, sig);
	return call_sigaction(sig, &act, &old) < 0 ? SIG_ERR : old.sa_handler;
}

static bool restarts(int sig)
{
	return sig < 1 || sig >= NSIG ||
	       !(__atomic_load_n(&interrupts, __ATOMIC_RELAXED) >> (sig - 1) &
		 1);
}

sighandler_t call_signal(int sig, sighandler_t fn)
{
	return install(sig, fn, restarts(sig) ? SA_RESTART : 0, true);
}

sighandler_t call_sysv_signal(int sig, sighandler_t fn)
{
	return install(sig, fn, (int)(SA_RESETHAND | SA_NODEFER), false);
}

int call_siginterrupt(int sig, int on)
{
	struct sigaction act;
	uint64_t bit;

	if (call_sigaction(sig, NULL, &act) < 0)
		return -1;
	bit = UINT64_C(1) << (sig - 1);
	if (on) {
		__atomic_fetch_or(&interrupts, bit, __ATOMIC_RELAXED);
		act.sa_flags &= ~SA_RESTART;
	} else {
		__atomic_fetch_and(&interrupts, ~bit, __ATOMIC_RELAXED);
		act.sa_flags |= SA_RESTART;
	}
	return call_sigaction(sig, &act, NULL);
}

int call_sigignore(int sig)
{
	return install(sig, SIG_IGN, 0, false) == SIG_ERR ? -1 : 0;
}

sighandler_t call_sigset(int sig, sighandler_t fn)
{
	struct sigaction act;
	sighandler_t old;
	sigset_t one, was;

	sigemptyset(&one);
	if (sigaddset(&one, sig) < 0)
		return SIG_ERR;
	if (fn == SIG_HOLD) {
		if (call_sigaction(sig, NULL, &act) < 0 ||
		    sigprocmask(SIG_BLOCK, &one, &was) < 0)
			return SIG_ERR;
		old = act.sa_handler;
	} else {
		old = install(sig, fn, 0, false);
		if (old == SIG_ERR || sigprocmask(SIG_UNBLOCK, &one, &was) < 0)
			return SIG_ERR;
	}
	return sigismember(&was, sig) ? SIG_HOLD : old;
}
