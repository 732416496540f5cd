// SPDX-License-Identifier: MIT
/* connect-self - a socket that connects to its own name is connected to itself. */
#include "kinds.h"

static void subject(struct role *r)
{
	int t = bound_tcp(r), u = bound_udp(r);
	union addr a = name_of(t), b;
	socklen_t len = sizeof(b);

	OK(connect(t, &a.sa, addr_len(&a)));
	OK(getpeername(t, &b.sa, &len));
	CHECK(same_addr(&a, &b));
	send_text(t, "to myself");
	want_text(t, "to myself");
	OK(shutdown(t, SHUT_WR));
	want_eof(t);
	OK(close(t));
	a = name_of(u);
	OK(connect(u, &a.sa, addr_len(&a)));
	send_text(u, "to myself");
	want_text(u, "to myself");
	OK(close(u));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
