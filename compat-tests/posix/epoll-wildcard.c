// SPDX-License-Identifier: MIT
/* epoll-wildcard - what comes to a wildcard socket by the network and by loopback is one event; EPOLLONESHOT fires once until it is armed again. */
#include "dgram.h"
#include "poller.h"

static int watched(struct role *r, uint16_t port, int ep)
{
	union addr any = wildcard(&r->self);
	int fd = udp_socket(r);

	any = with_port(&any, port);
	OK(bind(fd, &any.sa, addr_len(&any)));
	ep_add(ep, fd, EPOLLIN | EPOLLONESHOT);
	return fd;
}

static void both_ways(struct role *r, uint16_t port, char step)
{
	union addr lo = with_port(&r->self, port);
	int fd = udp_socket(r);

	lo.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	GIVES(sendto(fd, "x", 1, 0, &lo.sa, addr_len(&lo)), 1);
	OK(close(fd));
	tell(r, (uint32_t)step);
	GIVES(hear(r), step);
}

static void subject(struct role *r)
{
	uint16_t port = next_port(r);
	int ep = ep_new(), fd = watched(r, port, ep);
	struct epoll_event ev[4];
	char c;

	both_ways(r, port, 1);
	GIVES(epoll_wait(ep, ev, 4, 5000), 1);
	GIVES(epoll_wait(ep, ev, 4, 50), 0);
	both_ways(r, port, 1);
	GIVES(epoll_wait(ep, ev, 4, 50), 0); /* it has fired */
	ep_set(ep, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLONESHOT);
	GIVES(epoll_wait(ep, ev, 4, 5000), 1);
	GIVES(epoll_wait(ep, ev, 4, 20), 0);
	for (int i = 0; i < 4; i++)
		GIVES(recv(fd, &c, 1, 0), 1);
	ep_set(ep, EPOLL_CTL_MOD, fd, EPOLLIN);
	GIVES(epoll_wait(ep, ev, 4, 20), 0);
	tell(r, 0);
	OK(close(fd));
	OK(close(ep));
}

static void helper(struct role *r)
{
	union addr to = with_port(&r->other, next_port(r));
	int fd = udp_socket(r);
	uint32_t step;

	while ((step = hear(r))) {
		GIVES(sendto(fd, "x", 1, 0, &to.sa, addr_len(&to)), 1);
		tell(r, step);
	}
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
