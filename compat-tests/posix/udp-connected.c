// SPDX-License-Identifier: MIT
/* udp-connected - a connected UDP socket sends to and hears from its peer alone. */
#include "roles.h"

static union addr peer_of(struct role *r, int fd)
{
	union addr me;
	socklen_t len = sizeof(me);

	OK(getsockname(fd, &me.sa, &len));
	return with_port(&r->other, port_of(&me));
}

static void subject(struct role *r, int fd)
{
	union addr to = peer_of(r, fd), got, none = { 0 };
	socklen_t len = sizeof(got);
	char buf[16];

	OK(connect(fd, &to.sa, addr_len(&to)));
	OK(getpeername(fd, &got.sa, &len));
	CHECK(same_addr(&got, &to));
	meet(r, 's');
	GIVES(send(fd, "one", 3, 0), 3);
	GIVES(recv(fd, buf, sizeof(buf), 0), 3);
	CHECK(memcmp(buf, "yes", 3) == 0);
	meet(r, 'q');
	want_quiet(fd, 50); /* the stranger's was not for us */
	GIVES(write(fd, "two", 3), 3);
	OK(connect(fd, &none.sa, sizeof(none.sa))); /* AF_UNSPEC */
	FAILS(getpeername(fd, &got.sa, &len), ENOTCONN);
	FAILS(send(fd, "x", 1, 0), EDESTADDRREQ);
}

static void helper(struct role *r, int fd)
{
	union addr to = peer_of(r, fd);
	int stranger = udp_socket(r);
	char buf[16];

	meet(r, 's');
	GIVES(recv(fd, buf, sizeof(buf), 0), 3);
	GIVES(sendto(stranger, "no", 2, 0, &to.sa, addr_len(&to)), 2);
	GIVES(sendto(fd, "yes", 3, 0, &to.sa, addr_len(&to)), 3);
	sleep_ms(20);
	meet(r, 'q');
	GIVES(recv(fd, buf, sizeof(buf), 0), 3);
	CHECK(memcmp(buf, "two", 3) == 0);
	close(stranger);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
