// SPDX-License-Identifier: MIT
/* reuseport - listeners with SO_REUSEPORT share a port; no connection is lost between them. */
#include <poll.h>

#include "roles.h"

#define N 32

static int share_port(struct role *r, uint16_t port)
{
	union addr a = with_port(&r->self, port);
	int ls = tcp_socket(r);

	set_int(ls, SOL_SOCKET, SO_REUSEPORT, 1);
	OK(bind(ls, &a.sa, addr_len(&a)));
	OK(listen(ls, 64));
	return ls;
}

static void accept_one(struct pollfd *p)
{
	int fd;

	GIVES(poll(p, 2, 5000) > 0, 1);
	for (int i = 0; i < 2; i++) {
		if (!(p[i].revents & POLLIN))
			continue;
		fd = accept(p[i].fd, NULL, NULL);
		OK(fd);
		send_text(fd, "x");
		close(fd);
		return;
	}
	WRONG("poll() names no listener");
}

static void subject(struct role *r)
{
	uint16_t port = next_port(r);
	struct pollfd p[2] = { { .events = POLLIN }, { .events = POLLIN } };

	p[0].fd = share_port(r, port);
	p[1].fd = share_port(r, port);
	meet(r, 'l');
	for (int i = 0; i < N; i++)
		accept_one(p);
	close(p[0].fd);
	close(p[1].fd);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);

	meet(r, 'l');
	for (int i = 0; i < N; i++)
		fetch_text(r, port, "x");
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
