// SPDX-License-Identifier: MIT
/* tcp-info-listener - TCP_INFO of a listener: its state, how many wait to be accepted and how many may. */
#include <netinet/tcp.h>

#include "roles.h"

/* The last ACK of a connection may be on its way still. */
static void until_waiting(int ls, unsigned int waiting)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);
	uint64_t start = now_ms();

	do {
		OK(getsockopt(ls, IPPROTO_TCP, TCP_INFO, &info, &len));
	} while (info.tcpi_unacked != waiting && now_ms() - start < 1000);
}

static void want(int ls, unsigned int waiting, unsigned int limit)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	OK(getsockopt(ls, IPPROTO_TCP, TCP_INFO, &info, &len));
	GIVES(info.tcpi_state, TCP_LISTEN);
	GIVES(info.tcpi_unacked, waiting);
	GIVES(info.tcpi_sacked, limit);
}

static void subject(struct role *r)
{
	int ls = listen_on(r, next_port(r), 7);

	want(ls, 0, 7);
	meet(r, 'l');
	meet(r, 'c');
	until_waiting(ls, 2);
	want(ls, 2, 7);
	OK(close(accept(ls, NULL, NULL)));
	want(ls, 1, 7);
	OK(listen(ls, 3));
	want(ls, 1, 3);
	OK(close(accept(ls, NULL, NULL)));
	want(ls, 0, 3);
	OK(close(ls));
	meet(r, 'd');
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	int a, b;

	meet(r, 'l');
	a = connect_to(r, port);
	b = connect_to(r, port);
	meet(r, 'c');
	meet(r, 'd');
	OK(close(a));
	OK(close(b));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
