// SPDX-License-Identifier: MIT
/* flags-udp-peek - MSG_PEEK leaves the datagram in every call, with its source, flags and length. */
#include "kinds.h"

static void want_peeked(int fd, const union addr *from, const char *text)
{
	size_t n = strlen(text);
	char got[16];
	union addr a;
	struct iovec iov = { got, sizeof(got) };
	struct mmsghdr m = { .msg_hdr = { .msg_name = &a,
					  .msg_namelen = sizeof(a),
					  .msg_iov = &iov,
					  .msg_iovlen = 1 } };
	socklen_t len = sizeof(a);

	GIVES(recv(fd, got, sizeof(got), MSG_PEEK), n);
	GIVES(recvfrom(fd, got, 16, MSG_PEEK | MSG_WAITALL, &a.sa, &len), n);
	CHECK(same_addr(&a, from) && len == addr_len(from));
	GIVES(recvmsg(fd, &m.msg_hdr, MSG_PEEK), n);
	CHECK(same_addr(&a, from));
	CHECK(memcmp(got, text, n) == 0);
	/* both see the first one */
	GIVES(recvmmsg(fd, &m, 1, MSG_PEEK, NULL), 1);
	GIVES(m.msg_len, n);
}

static void subject(struct role *r)
{
	int fd[2];
	union addr from;
	char c;

	own_udp(r, fd);
	from = name_of(fd[1]);
	send_text(fd[1], "first");
	send_text(fd[1], "2nd");
	want_peeked(fd[0], &from, "first");
	GIVES(recv(fd[0], &c, 1, 0), 1);
	want_peeked(fd[0], &from, "2nd");
	GIVES(recv(fd[0], &c, 1, 0), 1);
	FAILS(recv(fd[0], &c, 1, MSG_PEEK | MSG_DONTWAIT), EAGAIN);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
