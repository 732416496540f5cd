// SPDX-License-Identifier: MIT
/*
 * watch.c - who waits for a socket
 */
#include <poll.h>

#include "libix/share/slot.h"
#include "shim/object/owner.h"
#include "shim/object/root.h"
#include "shim/object/sock.h"
#include "shim/wait/epoll_ready.h"
#include "shim/wait/watch.h"

void wait_pools_init(struct shim_root *r)
{
	r->watches.size = sizeof(struct watch);
}

struct watch *watch_new(void)
{
	return wait_pool_get(&shim_root->watches);
}

void watch_free(struct watch *w)
{
	wait_pool_put(&shim_root->watches, w);
}

/*
 * A socket's watches are under the lock of its elastic thread; those of a
 * listener, which all elastic threads notify, under its own.
 */
void watch_lock(struct sock *s)
{
	if (__builtin_expect(s->o.kind == IX_KIND_LISTENER, 0))
		hold_lock(&s->list_lock);
}

void watch_unlock(struct sock *s)
{
	if (__builtin_expect(s->o.kind == IX_KIND_LISTENER, 0))
		hold_unlock(&s->list_lock);
}

void watch_add(struct watch *w, struct sock *s)
{
	watch_lock(s);
	w->sock = s;
	w->next = s->watches;
	w->pprev = &s->watches;
	if (w->next)
		w->next->pprev = &w->next;
	s->watches = w;
	watch_unlock(s);
}

void watch_unlink(struct watch *w)
{
	*w->pprev = w->next;
	if (w->next)
		w->next->pprev = w->pprev;
	__atomic_store_n(&w->sock, NULL, __ATOMIC_RELAXED);
}

void watch_del(struct watch *w)
{
	struct sock *s = w->sock;

	if (!s)
		return;
	watch_lock(s);
	watch_unlink(w);
	watch_unlock(s);
}

/* Not locked; w may be off its list already, its socket be gone. */
void watch_drop(struct watch *w)
{
	struct sock *s;

	while ((s = __atomic_load_n(&w->sock, __ATOMIC_RELAXED))) {
		sock_lock_own(s);
		if (w->sock == s)
			watch_del(w);
		sock_unlock(s);
	}
}

void watch_notify(struct sock *s, unsigned events)
{
	struct watch *w;

	owner_note(s);
	watch_lock(s);
	for (w = s->watches; w; w = w->next) {
		if (w->item)
			epitem_notify(w->item, events);
		else if (events & (w->events | POLLERR | POLLHUP))
			ix_wake(w->slot);
	}
	watch_unlock(s);
}
