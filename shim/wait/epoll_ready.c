// SPDX-License-Identifier: MIT
/*
 * epoll_ready.c - the list of items that are ready, and who is woken for them
 */
#include <string.h>

#include "base/raw.h"
#include "libix/share/memory.h"
#include "libix/share/self.h"
#include "libix/share/slot.h"
#include "shim/object/root.h"
#include "shim/wait/epoll_ready.h"
#include "shim/wait/watch.h"

void epoll_pools_init(struct shim_root *r)
{
	r->epolls.size = sizeof(struct epoll);
	r->epitems.size = sizeof(struct epitem);
	r->epwaiters.size = sizeof(struct ep_waiter);
}

void *epoll_pool_get(struct ix_pool *p)
{
	void *obj = wait_pool_get(p);

	if (obj)
		memset(obj, 0, p->size);
	return obj;
}

void epoll_kick(struct epoll *ep, bool up)
{
	uint64_t value = 1;
	int fd;

	if (ep->kick < 0 || ep->raised == up)
		return;
	fd = ix_fds()->wake[ep->kick];
	ep->raised = up;
	if (up)
		raw_call(SYS_write, fd, &value, sizeof(value));
	else
		raw_call(SYS_read, fd, &value, sizeof(value));
}

void epoll_wake_one(struct epoll *ep)
{
	struct ep_waiter *w = ep->waiters;

	if (w)
		ix_wake(w->slot);
	if (ep->nested)
		epoll_kick(ep, true);
}

void epitem_notify(struct epitem *i, unsigned events)
{
	struct epoll *ep = i->ep;

	if (i->off || !(events & (i->events | EV_ALWAYS)))
		return;
	ep_lock(ep);
	ready_push(ep, i);
	epoll_wake_one(ep);
	ep_unlock(ep);
}
