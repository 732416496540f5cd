// SPDX-License-Identifier: MIT
/* flags-oob-send - urgent bytes sent by the subject come as such; a datagram cannot be urgent. */
#include "kinds.h"

static void subject(struct role *r)
{
	int fd = pair(r), u = bound_udp(r);
	union addr a = name_of(u);
	char c;

	FAILS(sendto(u, "x", 1, MSG_OOB, &a.sa, addr_len(&a)), EOPNOTSUPP);
	GIVES(recv(u, &c, 1, MSG_OOB | MSG_DONTWAIT) == -1, 1);
	GIVES(send(fd, "abU", 3, MSG_OOB), 3); /* the last of them */
	meet(r, 's');
	send_text(fd, "c");
	meet(r, 'e');
	OK(close(u));
	OK(close(fd));
}

static void helper(struct role *r)
{
	int fd = pair(r);
	char got[4];

	CHECK(wait_all_events(fd, POLLIN | POLLPRI, POLLPRI) & POLLPRI);
	meet(r, 's');
	GIVES(recv(fd, got, 1, MSG_OOB), 1);
	GIVES(got[0], 'U');
	want_text(fd, "abc");
	meet(r, 'e');
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
