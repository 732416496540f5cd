// SPDX-License-Identifier: MIT
/* udp-epoll - epoll tells of datagrams; each is one message, in order. */
#include "dgram.h"
#include "poller.h"

#define N 100

static void subject(struct role *r, int fd)
{
	uint32_t number;
	int ep = ep_new();

	set_nonblock(fd, true);
	ep_add(ep, fd, EPOLLIN);
	GIVES(ep_wait(ep, fd, 0), 0);
	meet(r, 's');
	for (uint32_t i = 0; i < N;) {
		GIVES(ep_wait(ep, fd, 5000), EPOLLIN);
		while (recv(fd, &number, sizeof(number), 0) == 4) {
			GIVES(number, i);
			i++;
		}
		GIVES(errno, EAGAIN);
	}
	ep_set(ep, EPOLL_CTL_MOD, fd, EPOLLOUT);
	GIVES(ep_wait(ep, fd, 0), EPOLLOUT);
	close(ep);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	for (uint32_t i = 0; i < N; i++)
		send_to_peer(r, fd, &i, sizeof(i));
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
