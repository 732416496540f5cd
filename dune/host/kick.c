// SPDX-License-Identifier: MIT
/*
 * kick.c - the signal that makes another thread leave the guest, or a call that
 * blocks
 *
 * The program may send the same signal: what it sends does not know the secret.
 */
#include <errno.h>
#include <signal.h>
#include <sys/random.h>
#include <unistd.h>

#include "dune/host/host.h"
#include "dune/host/kick.h"
#include "dune/host/self.h"

static uint64_t kick_secret;

int kick_start(void)
{
	return getrandom(&kick_secret, sizeof(kick_secret), 0) < 0 ? -errno : 0;
}

bool kick_is(int sig, const siginfo_t *info)
{
	if (sig != SIGKICK)
		return false;
	if (info->si_code == SI_QUEUE)
		return (uintptr_t)info->si_value.sival_ptr == kick_secret;
	/* the kernel had no memory to queue what dune_interrupt() said */
	return info->si_code == SI_USER && info->si_pid == 0;
}

void dune_interrupt(struct dune_thread *t)
{
	siginfo_t info = { .si_signo = SIGKICK, .si_code = SI_QUEUE };

	info.si_value.sival_ptr = (void *)(uintptr_t)kick_secret;
	host(SYS_rt_tgsigqueueinfo, getpid(), t->tid, SIGKICK, &info);
}
