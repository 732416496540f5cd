// SPDX-License-Identifier: MIT
/*
 * epoll_item.c - the sockets that an epoll instance watches
 */
#include <errno.h>

#include "libix/share/slot.h"
#include "shim/object/root.h"
#include "shim/object/sock.h"
#include "shim/wait/epoll_item.h"
#include "shim/wait/watch.h"

/* Who holds ep->lock may ask a listed item's socket, so an item leaves ep
 * before it leaves the socket. */
void item_free(struct epitem *i)
{
	struct epoll *ep = i->ep;
	struct sock *s = i->w.sock;

	watch_lock(s);
	ep_lock(ep);
	i->half = 0;
	ready_drop(ep, i);
	*i->pprev = i->next;
	if (i->next)
		i->next->pprev = i->pprev;
	ep_unlock(ep);
	watch_unlink(&i->w);
	watch_unlock(s);
	wait_pool_put(&shim_root->epitems, i);
}

struct epitem *item_find(struct epoll *ep, struct sock *s, int fd)
{
	struct watch *w;

	for (w = s->watches; w; w = w->next)
		if (w->item && w->item->ep == ep && w->item->fd == fd)
			return w->item;
	return NULL;
}

int item_add(struct epoll *ep, struct sock *s, int fd,
	     const struct epoll_event *ev)
{
	struct epitem *i;

	if (item_find(ep, s, fd))
		return -EEXIST;
	i = epoll_pool_get(&shim_root->epitems);
	if (!i)
		return -ENOMEM;
	i->ep = ep;
	i->fd = fd;
	i->events = ev->events;
	i->data = ev->data.u64;
	i->w.item = i;
	watch_add(&i->w, s);
	ep_lock(ep);
	i->next = ep->items;
	i->pprev = &ep->items;
	if (i->next)
		i->next->pprev = &i->next;
	ep->items = i;
	if (sock_poll(s) & (i->events | EV_ALWAYS)) {
		ready_push(ep, i);
		epoll_wake_one(ep);
	}
	ep_unlock(ep);
	return 0;
}

int item_mod(struct epoll *ep, struct sock *s, int fd,
	     const struct epoll_event *ev)
{
	struct epitem *i = item_find(ep, s, fd);

	if (!i)
		return -ENOENT;
	if ((i->events | ev->events) & EPOLLEXCLUSIVE)
		return -EINVAL;
	ep_lock(ep);
	i->events = ev->events;
	i->data = ev->data.u64;
	i->off = 0;
	if (sock_poll(s) & (i->events | EV_ALWAYS)) {
		ready_push(ep, i);
		epoll_wake_one(ep);
	}
	ep_unlock(ep);
	return 0;
}

int item_del(struct epoll *ep, struct sock *s, int fd)
{
	struct epitem *i = item_find(ep, s, fd);

	if (!i)
		return -ENOENT;
	item_free(i);
	return 0;
}

void watch_closed(struct sock *s)
{
	struct watch *w, *next;

	for (w = s->watches; w; w = next) {
		struct epitem *item = w->item;

		next = w->next;
		if (item) {
			item_free(item);
			continue;
		}
		watch_del(w);
		ix_wake(w->slot);
	}
}
