// SPDX-License-Identifier: MIT
/*
 * signals.c - the program's signal handlers do not run while a lock is held
 *
 * A handler may call us, or leave by siglongjmp. So all handlers are installed
 * behind ours: it runs the program's at once where the thread holds no lock of
 * ours, and otherwise blocks the signal in the interrupted context (the kernel
 * then queues further ones as ever) and runs it when the last lock is
 * released. Signals raised by an instruction are never deferred.
 *
 * SIGSEGV and SIGBUS have our handler from the process's beginning, also where the
 * program has none and before it has a stack: memory that it gave to a call and that is not there is that call's
 * EFAULT (libix/share/usermem.h). All else is as without us: its handler sees it, or
 * the kernel's default is taken, by the same fault or the same signal. Where the
 * program ignores or blocks them the kernel does not ask us, and ends it.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/raw.h"
#include "ix/libix.h"
#include "libix/share/lock.h"
#include "libix/share/slot.h"
#include "libix/share/usermem.h"
#include "shim/host/host.h"
#include "shim/process/signals.h"
#include "shim/wait/wait.h"

#define SIGS 65 /* signals are 1 .. 64 */

struct handler {
	union {
		void (*plain)(int sig);
		void (*info)(int sig, siginfo_t *si, void *uc);
	};
	int flags;
	sigset_t mask;
};

/* Of this process; a fork copies it. Pairs so that a reader sees a whole
 * one: the index is written last. */
static struct handler handlers[SIGS][2];
static uint8_t current[SIGS];
static pthread_mutex_t handlers_lock = PTHREAD_MUTEX_INITIALIZER;

/* Deferred by this thread. What belongs to them has memory of its own for so
 * long: as a variable of each thread it would take 8 KB of every stack. */
static __thread uint64_t deferred; /* bit sig - 1 */
static __thread siginfo_t *deferred_info;

#define INFO_BYTES (SIGS * sizeof(siginfo_t))

static void remember(int sig, const struct sigaction *act)
{
	uint8_t next = !current[sig];
	struct handler *h = &handlers[sig][next];

	h->info = act->sa_sigaction;
	h->flags = act->sa_flags;
	h->mask = act->sa_mask;
	__atomic_store_n(&current[sig], next, __ATOMIC_RELEASE);
}

/* Does the signal have our handler whatever the program does? */
static bool caught(int sig)
{
	return sig == SIGSEGV || sig == SIGBUS;
}

static bool by_instruction(int sig, const siginfo_t *si)
{
	return si->si_code > 0 &&
	       (sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE ||
		sig == SIGILL || sig == SIGTRAP || sig == SIGSYS);
}

/*
 * The kernel's default ends us: by the instruction, which is executed again, or
 * by the same signal, as soon as it is not blocked any more.
 */
static void take_default(int sig, siginfo_t *si)
{
	struct sigaction act = { .sa_handler = SIG_DFL };
	long tid = raw_call(SYS_gettid);

	host.sigaction(sig, &act, NULL);
	if (by_instruction(sig, si) && si->si_code != BUS_MCEERR_AO)
		return;
	if (raw_call(SYS_rt_tgsigqueueinfo, getpid(), tid, sig, si) < 0)
		raise(sig);
}

/* A copy of ours that met memory that is not there goes on as one that failed. */
static bool fixed_up(int sig, const siginfo_t *si, ucontext_t *uc)
{
	greg_t *ip = &uc->uc_mcontext.gregs[REG_RIP];
	uint64_t resume = caught(sig) && by_instruction(sig, si) ?
				  ix_fixup((uint64_t)*ip) :
				  0;

	if (resume)
		*ip = (greg_t)resume;
	return resume != 0;
}

static void call_handler(int sig, siginfo_t *si, void *uc)
{
	const struct handler h = handlers[sig][current[sig]];

	if (h.plain == SIG_DFL) {
		take_default(sig, si);
		return;
	}
	if (caught(sig) && h.flags & (int)SA_RESETHAND)
		remember(sig, &(struct sigaction){ .sa_handler = SIG_DFL });
	sig_count.ran++;
	if (!(h.flags & SA_RESTART))
		sig_count.norestart++;
	if (h.flags & SA_SIGINFO)
		h.info(sig, si, uc);
	else
		h.plain(sig);
}

/* Where there is no memory a handler learns the number alone. */
static void remember_info(int sig, const siginfo_t *si)
{
	long p = 0;

	if (!deferred_info)
		p = raw_call(SYS_mmap, NULL, INFO_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p > 0)
		deferred_info = (siginfo_t *)p;
	if (deferred_info)
		deferred_info[sig] = *si;
}

static siginfo_t recall_info(int sig)
{
	siginfo_t none = { .si_signo = sig };

	return deferred_info ? deferred_info[sig] : none;
}

static void forget_info(void)
{
	if (deferred_info && !deferred) {
		raw_call(SYS_munmap, deferred_info, INFO_BYTES);
		deferred_info = NULL;
	}
}

static void on_signal(int sig, siginfo_t *si, void *arg)
{
	int saved = errno;
	ucontext_t *uc = arg;

	if (fixed_up(sig, si, uc))
		return;
	if (!ix_hold || by_instruction(sig, si)) {
		call_handler(sig, si, uc);
		errno = saved;
		return;
	}
	remember_info(sig, si);
	deferred |= UINT64_C(1) << (sig - 1);
	sigaddset(&uc->uc_sigmask, sig);
	ix_signal_seen = 1;
	/* the thread may be about to sleep */
	ix_wake_self();
	errno = saved;
}

static void run_deferred(int sig)
{
	struct handler h = handlers[sig][current[sig]];
	siginfo_t info = recall_info(sig);
	sigset_t before, during;
	ucontext_t here;

	getcontext(&here);
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	during = before;
	sigorset(&during, &before, &h.mask);
	pthread_sigmask(SIG_SETMASK, &during, NULL);
	/* what the interrupted context would have had */
	sigdelset(&before, sig);
	here.uc_sigmask = before;
	forget_info();
	call_handler(sig, &info, &here);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void released(void)
{
	int saved = errno;

	ix_signal_seen = 0;
	while (deferred) {
		int sig = __builtin_ctzll(deferred) + 1;

		deferred &= deferred - 1;
		run_deferred(sig);
	}
	errno = saved;
}

/* In the child of a fork: what the parent's thread had deferred is its own. */
void signal_after_fork(void)
{
	deferred = 0;
	ix_signal_seen = 0;
}

static bool is_handler(const struct sigaction *act)
{
	return act->sa_handler != SIG_DFL && act->sa_handler != SIG_IGN;
}

/* Signals that the C library keeps for itself pass through unseen. */
bool signal_ours(int sig)
{
	return sig >= 1 && sig < SIGS && sig != SIGKILL && sig != SIGSTOP &&
	       (sig < 32 || sig >= SIGRTMIN);
}

/*
 * What the kernel is told where the program says act. A handler that is for one
 * signal only is made so by us: a fault of ours is not that one.
 */
static struct sigaction in_front_of(int sig, const struct sigaction *act)
{
	struct sigaction mine = { .sa_sigaction = on_signal,
				  .sa_flags = SA_SIGINFO };

	if (!is_handler(act))
		return mine;
	mine.sa_mask = act->sa_mask;
	mine.sa_flags |= act->sa_flags;
	if (caught(sig))
		mine.sa_flags &= (int)~SA_RESETHAND;
	return mine;
}

/* What the program installed, where the kernel knows only our handler. */
static void recall(struct sigaction *old, const struct handler *h)
{
	if (old->sa_sigaction != on_signal)
		return;
	old->sa_sigaction = h->info;
	if (h->plain == SIG_DFL)
		old->sa_flags = h->flags;
	else
		old->sa_flags = (old->sa_flags & ~SA_SIGINFO) |
				(h->flags & (SA_SIGINFO | (int)SA_RESETHAND));
}

/* Shall our handler be there? */
static bool wanted(int sig, const struct sigaction *act)
{
	return is_handler(act) || (act->sa_handler == SIG_DFL && caught(sig) &&
				   ix_release_hook == released);
}

int signal_action(int sig, const struct sigaction *act, struct sigaction *old)
{
	struct sigaction mine;
	struct handler was;
	sigset_t all, mask;
	int rc;

	if (!signal_ours(sig))
		return host.sigaction(sig, act, old) < 0 ? -errno : 0;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &mask);
	pthread_mutex_lock(&handlers_lock);
	was = handlers[sig][current[sig]];
	if (act && wanted(sig, act)) {
		mine = in_front_of(sig, act);
		remember(sig, act);
		act = &mine;
	}
	rc = host.sigaction(sig, act, old) < 0 ? -errno : 0;
	if (rc == 0 && old)
		recall(old, &was);
	pthread_mutex_unlock(&handlers_lock);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	return rc;
}

/* Stand in front of what there is, which may have come past us. */
static int catch (int sig)
{
	struct sigaction there;

	if (host.sigaction(sig, NULL, &there) < 0)
		return -errno;
	if (there.sa_sigaction == on_signal || there.sa_handler == SIG_IGN)
		return 0;
	return signal_action(sig, &there, NULL);
}

int signal_init(void)
{
	ix_release_hook = released;
	return catch (SIGSEGV) ?: catch (SIGBUS);
}
