// SPDX-License-Identifier: MIT
/*
 * sigcalls.c - system calls about signals, and calls that wait for them
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "dune/host/blocking.h"
#include "dune/host/host.h"
#include "dune/host/kick.h"
#include "dune/host/native.h"
#include "dune/host/self.h"
#include "dune/host/sigstate.h"
#include "dune/mem/user.h"
#include "dune/sys/mediate.h"
#include "dune/sys/sigcalls.h"
#include "dune/task/deliver.h"
#include "dune/task/sigframe.h"
#include "dune/task/sighost.h"
#include "dune/task/sigtable.h"
#include "dune/task/threads.h"

#define SIGSET_SIZE 8
#define SIG_LAST 64
/* what Linux 5.11 and later lets through, with SA_RESTORER */
#define SA_KNOWN                                                           \
	(SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | 0x800u | 0x04000000u | \
	 (unsigned)SA_ONSTACK | SA_RESTART | SA_NODEFER | SA_RESETHAND)

static bool valid(uint64_t sig)
{
	return sig >= 1 && sig <= SIG_LAST;
}

/* A call that waits with another mask; a[] names that mask already. */
static long call_masked(struct dune_thread *t, long nr, const uint64_t a[6],
			uint64_t mask)
{
	struct dune_signals *s = t->signals;
	uint64_t back = s->mask;
	long rc;

	if (s->stop) /* before the call began */
		return -DUNE_ERESTARTNOINTR;
	signals_set_mask(t, mask);
	rc = s->stop ? -EINTR : blocking_call(s, nr, a);
	if (rc == -EINTR) {
		/* the handler runs with the wait's mask, and ends it */
		s->saved_mask = back;
		s->restore_mask = true;
		return rc;
	}
	signals_set_mask(t, back);
	return rc;
}

/* a[] may still hold what the program gave: where the mask and its size are,
 * the kernel gets ours or none. */
long dune_native_masked(long nr, const uint64_t a[6], const sigset_t *mask)
{
	struct dune_thread *t = dune_self;
	uint64_t arg[6] = { a[0], a[1], a[2], a[3], a[4], a[5] };
	uint64_t bits = mask ? *(const uint64_t *)(const void *)mask : 0;
	uint64_t host_bits = bits & ~SIG_OPEN;
	uint64_t pair[2] = { (uintptr_t)&host_bits, SIGSET_SIZE };

	switch (nr) {
	case SYS_ppoll:
		arg[3] = mask ? (uintptr_t)&host_bits : 0;
		arg[4] = SIGSET_SIZE;
		break;
	case SYS_pselect6:
		arg[5] = mask ? (uintptr_t)pair : 0;
		break;
	case SYS_epoll_pwait:
	case SYS_epoll_pwait2:
		arg[4] = mask ? (uintptr_t)&host_bits : 0;
		arg[5] = SIGSET_SIZE;
		break;
	case SYS_rt_sigsuspend:
		arg[0] = (uintptr_t)&host_bits;
		arg[1] = SIGSET_SIZE;
		break;
	default:
		return -ENOSYS;
	}
	return mask ? call_masked(t, nr, arg, bits) :
		      blocking_call(t->signals, nr, arg);
}

/* --- handlers and masks --- */

long sys_rt_sigaction(struct dune_thread *t, const uint64_t a[6])
{
	struct sig_action act, old;

	(void)t;
	if (a[3] != SIGSET_SIZE || !valid(a[0]))
		return -EINVAL;
	if (a[1] && user_get(&act, a[1], sizeof(act)))
		return -EFAULT;
	if (a[1] && (SIGBIT(a[0]) & SIG_NEVER))
		return -EINVAL;
	act.flags &= SA_KNOWN;
	act.mask &= ~SIG_NEVER;
	sig_action_set((int)a[0], a[1] ? &act : NULL, &old);
	if (a[2] && user_put(a[2], &old, sizeof(old)))
		return -EFAULT;
	return 0;
}

long sys_rt_sigprocmask(struct dune_thread *t, const uint64_t a[6])
{
	uint64_t old = t->signals->mask, set = 0, mask = old;

	if (a[3] != SIGSET_SIZE)
		return -EINVAL;
	if (a[1]) {
		if (user_get(&set, a[1], sizeof(set)))
			return -EFAULT;
		if (a[0] == SIG_BLOCK)
			mask = old | set;
		else if (a[0] == SIG_UNBLOCK)
			mask = old & ~set;
		else if (a[0] == SIG_SETMASK)
			mask = set;
		else
			return -EINVAL;
	}
	if (a[2] && user_put(a[2], &old, sizeof(old)))
		return -EFAULT;
	if (mask != old) {
		signals_set_mask(t, mask);
		/* what a signal closed, signals_deliver() opens */
		signals_open(t);
	}
	return 0;
}

long sys_rt_sigreturn(struct dune_thread *t, const uint64_t a[6])
{
	(void)a;
	t->nr = -1; /* rax is the program's from here on */
	if (frame_pop(t))
		signal_bad_frame(t, SIGSEGV);
	return (long)t->regs.rax;
}

long sys_rt_sigpending(struct dune_thread *t, const uint64_t a[6])
{
	const struct dune_signals *s = t->signals;
	uint64_t set = 0;
	long rc;

	if (a[1] > SIGSET_SIZE)
		return -EINVAL;
	rc = host(SYS_rt_sigpending, (uintptr_t)&set, SIGSET_SIZE);
	if (rc)
		return rc;
	for (int i = 0; i < SLOTS; i++)
		if (s->sig[i] && (s->mask & SIGBIT(s->sig[i])))
			set |= SIGBIT(s->sig[i]);
	return user_put(a[0], &set, a[1]);
}

/* --- waits --- */

long sys_rt_sigsuspend(struct dune_thread *t, const uint64_t a[6])
{
	static const uint64_t none[6];
	uint64_t mask;

	(void)t;
	if (a[1] != SIGSET_SIZE)
		return -EINVAL;
	if (user_get(&mask, a[0], sizeof(mask)))
		return -EFAULT;
	return dune_native_masked(SYS_rt_sigsuspend, none,
				  (const sigset_t *)(const void *)&mask);
}

/* One of those that the host never blocks, from its slot. */
static int take_waited(struct dune_signals *s, uint64_t set, siginfo_t *out)
{
	for (int i = SLOTS - 1; i > SLOT_ANY; i--) {
		int sig = s->sig[i];

		if (sig && (set & SIGBIT(sig))) {
			*out = s->info[i];
			s->sig[i] = 0;
			return sig;
		}
	}
	return 0;
}

long sys_rt_sigtimedwait(struct dune_thread *t, const uint64_t a[6])
{
	struct dune_signals *s = t->signals;
	struct timespec ts;
	siginfo_t info;
	uint64_t set, old = s->mask;
	long rc;

	memset(&info, 0, sizeof(info));
	if (a[3] != SIGSET_SIZE)
		return -EINVAL;
	if (user_get(&set, a[0], sizeof(set)) ||
	    (a[2] && user_get(&ts, a[2], sizeof(ts))))
		return -EFAULT;
	if (s->stop)
		return -DUNE_ERESTARTNOINTR;
	rc = take_waited(s, set, &info);
	if (!rc) {
		/* those that the host never blocks come by their slots */
		uint64_t rest = set & ~SIG_OPEN;
		const uint64_t arg[6] = { (uintptr_t)&rest, (uintptr_t)&info,
					  a[2] ? (uintptr_t)&ts : 0,
					  SIGSET_SIZE };

		/* a slot that it waits for ends the wait */
		signals_set_mask(t, old & ~(set & SIG_OPEN));
		rc = blocking_call(s, SYS_rt_sigtimedwait, arg);
		if (rc < 0 && rc != -EAGAIN) {
			int sig = take_waited(s, set, &info);

			rc = sig ? sig : rc;
		}
		signals_set_mask(t, old);
	}
	if (rc > 0 && a[1] && user_put(a[1], &info, sizeof(info)))
		return -EFAULT;
	return rc;
}

/* A descriptor must not take what the host has open: a kick's siginfo is no
 * affair of the program's, and whoever is kicked has to get it. */
long sys_signalfd(struct dune_thread *t, const uint64_t a[6])
{
	uint64_t flags = t->nr == SYS_signalfd4 ? a[3] : 0, mask;

	if (a[2] != SIGSET_SIZE)
		return -EINVAL;
	if (user_get(&mask, a[1], sizeof(mask)))
		return -EFAULT;
	mask &= ~SIG_OPEN;
	return host(SYS_signalfd4, a[0], &mask, SIGSET_SIZE, flags);
}

/* --- sending --- */

/* Threads of this process that are not the program's do not exist. */
static bool hidden(uint64_t tgid, uint64_t tid)
{
	if ((pid_t)tgid != getpid())
		return false;
	return !thread_exists((pid_t)tid);
}

/* Is tid a thread of this process at all? */
static bool own_thread(pid_t tid)
{
	return host(SYS_tgkill, getpid(), tid, 0) == 0;
}

/* Of this process, but not a thread of the program's. */
bool thread_hidden(pid_t tid)
{
	return own_thread(tid) && !thread_exists(tid);
}

/* A timer may signal a thread: one that there is for the program. */
long sys_timer_create(struct dune_thread *t, const uint64_t a[6])
{
	const struct sigevent *event = (const struct sigevent *)a[1];

	if (event && event->sigev_notify == SIGEV_THREAD_ID &&
	    thread_hidden(event->_sigev_un._tid))
		return -EINVAL;
	return host(t->nr, a[0], event, a[2]);
}

long sys_tkill(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	if ((int)a[0] <= 0)
		return -EINVAL;
	if (thread_hidden((pid_t)a[0]))
		return -ESRCH;
	return dune_native(SYS_tkill, a[0], a[1], 0, 0, 0, 0);
}

long sys_tgkill(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	if ((int)a[0] <= 0 || (int)a[1] <= 0)
		return -EINVAL;
	if (hidden(a[0], a[1]))
		return -ESRCH;
	return dune_native(SYS_tgkill, a[0], a[1], a[2], 0, 0, 0);
}

/* What the host would take for a fault of its own, or for a kick. */
static bool forged(const siginfo_t *info, int sig)
{
	if (sig == SIGKICK && info->si_code == SI_USER && !info->si_pid)
		return true;
	return (sig == SIGSEGV || sig == SIGBUS) && info->si_code > 0;
}

long sys_rt_sigqueueinfo(struct dune_thread *t, const uint64_t a[6])
{
	int sig = (int)a[1];
	siginfo_t info;

	(void)t;
	if (user_get(&info, a[2], sizeof(info)))
		return -EFAULT;
	if (forged(&info, sig))
		return -EPERM;
	/* it may name a thread of another process; of this one, the process */
	if ((int)a[0] > 0 && (pid_t)a[0] != getpid() &&
	    thread_hidden((pid_t)a[0]))
		return -ESRCH;
	return dune_native(SYS_rt_sigqueueinfo, a[0], (uint64_t)sig,
			   (uintptr_t)&info, 0, 0, 0);
}

long sys_pidfd_send_signal(struct dune_thread *t, const uint64_t a[6])
{
	int sig = (int)a[1];
	siginfo_t info;

	(void)t;
	if (a[2] && user_get(&info, a[2], sizeof(info)))
		return -EFAULT;
	if (a[2] && forged(&info, sig))
		return -EPERM;
	return dune_native(SYS_pidfd_send_signal, a[0], (uint64_t)sig,
			   a[2] ? (uintptr_t)&info : 0, a[3], 0, 0);
}

long sys_rt_tgsigqueueinfo(struct dune_thread *t, const uint64_t a[6])
{
	int sig = (int)a[2];
	siginfo_t info;

	(void)t;
	if ((int)a[0] <= 0 || (int)a[1] <= 0)
		return -EINVAL;
	if (user_get(&info, a[3], sizeof(info)))
		return -EFAULT;
	if (forged(&info, sig))
		return -EPERM;
	if (hidden(a[0], a[1]))
		return -ESRCH;
	return dune_native(SYS_rt_tgsigqueueinfo, a[0], a[1], (uint64_t)sig,
			   (uintptr_t)&info, 0, 0);
}
