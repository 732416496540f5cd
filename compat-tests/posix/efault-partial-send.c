// SPDX-License-Identifier: MIT
/* efault-partial-send - of a buffer that is good at its start a datagram sends nothing; a stream sends what is before the end or nothing, and no other byte. */
#include <sys/uio.h>

#include "badmem.h"
#include "kinds.h"

static void datagrams(struct role *r, char *edge)
{
	struct iovec iov[2] = { { edge, 10 }, { (void *)16, 10 } };
	char got[64];
	int u[2];

	own_udp(r, u);
	FAILS(send(u[0], edge, 20, 0), EFAULT);
	FAILS(writev(u[0], iov, 2), EFAULT);
	GIVES(send(u[0], edge, 10, 0), 10);
	GIVES(recv(u[1], got, 64, 0), 10);
	FAILS(recv(u[1], got, 64, MSG_DONTWAIT), EAGAIN);
	OK(close(u[0]));
	OK(close(u[1]));
}

static void streams(struct role *r, char *edge)
{
	struct iovec iov[2] = { { edge, 10 }, { (void *)16, 10 } };
	char got[64];
	ssize_t n[2];
	int t[2];

	own_pair(r, t);
	n[0] = send(t[0], edge, 20, 0);
	CHECK(n[0] == 10 || (n[0] == -1 && errno == EFAULT));
	n[1] = writev(t[0], iov, 2);
	CHECK(n[1] == 10 || (n[1] == -1 && errno == EFAULT));
	OK(shutdown(t[0], SHUT_WR));
	for (int i = 0; i < 2; i++)
		if (n[i] == 10)
			want_text(t[1], "0123456789");
	GIVES(recv(t[1], got, 64, 0), 0);
	OK(close(t[0]));
	OK(close(t[1]));
}

static void subject(struct role *r)
{
	char *edge = before_end(10);

	memcpy(edge, "0123456789", 10);
	datagrams(r, edge);
	streams(r, edge);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
