// SPDX-License-Identifier: MIT
/* guard-filter-udp - SO_ATTACH_FILTER: datagrams that the program refuses do not come, those it shortens are short; it is replaced, locked and taken off. */
#include <linux/filter.h>

#include "dgram.h"

/* Lets so many bytes through, the 8 of the header included. */
static int attach(int fd, unsigned int bytes)
{
	struct sock_filter f[] = { BPF_STMT(BPF_RET | BPF_K, bytes) };
	struct sock_fprog p = { .len = 1, .filter = f };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &p, sizeof(p));
}

static void subject(struct role *r, int fd)
{
	char got[32];
	int v = 0;

	FAILS(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &v, 4), ENOENT);
	OK(attach(fd, 0));
	meet(r, '1');
	GIVES(wait_events(fd, POLLIN, 50), 0);
	OK(attach(fd, 8 + 4));
	meet(r, '2');
	GIVES(recv(fd, got, sizeof(got), 0), 4);
	OK(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &v, 4));
	meet(r, '3');
	GIVES(recv(fd, got, sizeof(got), 0), 8);
	OK(attach(fd, 0));
	set_int(fd, SOL_SOCKET, SO_LOCK_FILTER, 1);
	FAILS(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &v, 4), EPERM);
	FAILS(attach(fd, 1), EPERM);
	FAILS(setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &v, 4), EPERM);
	GIVES(get_int(fd, SOL_SOCKET, SO_LOCK_FILTER), 1);
}

static void helper(struct role *r, int fd)
{
	for (char step = '1'; step <= '3'; step++) {
		meet(r, step);
		send_to_peer(r, fd, "datagram", 8);
	}
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
