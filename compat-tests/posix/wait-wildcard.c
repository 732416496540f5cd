// SPDX-License-Identifier: MIT
/* wait-wildcard - what waits on a wildcard socket is woken by what comes to any address of this host, by the network or by loopback. */
#include "kinds.h"
#include "waiter.h"

static const struct wait_call some[] = { { "recv", wait_recv },
					 { "poll", wait_poll },
					 { "select", wait_select },
					 { "epoll", wait_epoll } };

static void from(const union addr *to, struct role *r)
{
	int fd = udp_socket(r);

	GIVES(sendto(fd, "x", 1, 0, &to->sa, addr_len(to)), 1);
	OK(close(fd));
}

static void subject(struct role *r)
{
	union addr any = with_port(&r->self, next_port(r)), to[2];
	struct waiter w;
	int fd = udp_socket(r);
	char c;

	to[0] = to[1] = any;
	to[1].in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	any.in.sin_addr.s_addr = htonl(INADDR_ANY);
	OK(bind(fd, &any.sa, addr_len(&any)));
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 4; k++) {
			about("%s, way %d", some[k].name, i);
			start_waiting(&w, some[k].fn, &fd);
			CHECK(still_waits(&w));
			if (i < 2)
				from(&to[i], r);
			else
				tell(r, 1);
			GIVES(waited(&w), 1);
			if (k)
				GIVES(recv(fd, &c, 1, 0), 1);
		}
	tell(r, 0);
	OK(close(fd));
}

static void helper(struct role *r)
{
	union addr to = with_port(&r->other, next_port(r));

	while (hear(r))
		from(&to, r);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
