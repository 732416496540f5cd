// SPDX-License-Identifier: MIT
/*
 * owner.c - what a process tells the owner, and waits for it to do
 */
#include <linux/futex.h>
#include <time.h>

#include "base/raw.h"
#include "base/units.h"
#include "libix/share/self.h"
#include "shim/host/host.h"
#include "shim/object/owner.h"
#include "shim/object/root.h"

#define SETTLE_MS 1000

bool owner_silent;

void owner_wake(void)
{
	host.send(ix_fds()->relay[0], "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void owner_ring(void)
{
	if (!__atomic_exchange_n(&shim_root->relay_rung, 1, __ATOMIC_SEQ_CST) &&
	    !owner_silent)
		owner_wake();
}

/*
 * The owner answers when it has read all relays of s to their ends. Where the
 * connection is full they, too, wait for room. An owner that is dead or
 * stopped does not stop the program.
 */
void owner_settle(struct sock *s)
{
	static const struct timespec nap = { .tv_nsec = NSEC_PER_MSEC };
	uint32_t ask = __atomic_add_fetch(&s->relay_asked, 1, __ATOMIC_SEQ_CST);
	uint32_t seen;
	int i;

	owner_ring();
	for (i = 0; i < SETTLE_MS; i++) {
		seen = __atomic_load_n(&s->relay_answered, __ATOMIC_ACQUIRE);
		if ((int32_t)(seen - ask) >= 0 ||
		    !__atomic_load_n(&s->relays, __ATOMIC_ACQUIRE) ||
		    !ix_conn_room(&s->c))
			return;
		raw_call(SYS_futex, &s->relay_answered, FUTEX_WAIT, seen, &nap,
			 NULL, 0);
	}
}
