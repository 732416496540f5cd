// SPDX-License-Identifier: MIT
/* epoll-fresh - a socket without an address or on all of them is reported once in each epoll_wait(), with the events it has. */
#include "kinds.h"
#include "poller.h"

static void once(struct role *r, struct made *m)
{
	struct epoll_event ev[8];
	uint32_t want = is_of(m, OF_NO_PEER_TCP) ? EPOLLOUT | EPOLLHUP :
						   EPOLLOUT;
	int ep = ep_new();

	(void)r;
	ep_add(ep, m->fd, EPOLLIN | EPOLLOUT);
	for (int i = 0; i < 3; i++) {
		GIVES(epoll_wait(ep, ev, 8, 1000), 1);
		GIVES(ev[0].events, want);
		GIVES(ev[0].data.fd, m->fd);
	}
	OK(close(ep));
	ep = ep_new();
	ep_add(ep, m->fd, EPOLLIN | EPOLLOUT | EPOLLET);
	GIVES(epoll_wait(ep, ev, 8, 1000), 1);
	GIVES(ev[0].events, want);
	GIVES(epoll_wait(ep, ev, 8, 0), 0);
	ep_set(ep, EPOLL_CTL_MOD, m->fd, EPOLLOUT | EPOLLONESHOT);
	GIVES(epoll_wait(ep, ev, 8, 1000), 1);
	GIVES(epoll_wait(ep, ev, 8, 20), 0);
	OK(close(ep));
}

static void subject(struct role *r)
{
	each_kind(r, OF_NO_PEER_TCP | OF_UDP, once);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
