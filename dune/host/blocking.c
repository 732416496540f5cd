// SPDX-License-Identifier: MIT
/*
 * blocking.c - system calls of the host thread that a signal for ring 3 ends
 */
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/syscall.h>

#include "dune/host/blocking.h"
#include "dune/host/native.h"
#include "dune/host/self.h"
#include "dune/host/sigstate.h"

int signals_ready(const struct dune_signals *s, uint64_t mask)
{
	for (int i = SLOTS - 1; i >= 0; i--) {
		int sig = s->sig[i];

		/* what SLOT_ANY has was let through by the kernel */
		if (sig && (i == SLOT_ANY || !(mask & SIGBIT(sig))))
			return i;
	}
	return -1;
}

/* Some operations of a priority-inheriting futex are always restarted. */
static bool restarts_always(long nr, const uint64_t a[6])
{
	unsigned op = (unsigned)a[1] & (unsigned)FUTEX_CMD_MASK;

	return nr == SYS_futex &&
	       (op == FUTEX_LOCK_PI || op == FUTEX_WAIT_REQUEUE_PI ||
		op == FUTEX_LOCK_PI2);
}

long blocking_call(struct dune_signals *s, long nr, const uint64_t a[6])
{
	long rc;

	do {
		s->kicked = 0;
		rc = dune_native_raw(&s->stop, nr, a);
		/* what interrupted was no signal: as if nothing was */
	} while (!s->stop &&
		 (rc == -DUNE_ERESTARTSYS || rc == -DUNE_ERESTARTNOINTR ||
		  (rc == -EINTR && s->kicked)));
	/* what stopped it was no signal for the program */
	if (rc == -EINTR && s->kicked && signals_ready(s, s->mask) < 0)
		rc = -DUNE_ERESTARTNOINTR;
	if (rc == -DUNE_ERESTARTSYS && restarts_always(nr, a))
		rc = -DUNE_ERESTARTNOINTR;
	return rc;
}

long dune_native(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		 uint64_t e, uint64_t f)
{
	const uint64_t arg[6] = { a, b, c, d, e, f };

	return blocking_call(dune_self->signals, nr, arg);
}
