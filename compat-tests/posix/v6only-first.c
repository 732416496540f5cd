// SPDX-License-Identifier: MIT
/* v6only-first - the same when the IPv4 wildcard has the port first, as asyncio and Ruby open their listeners; what comes goes to the IPv4 one. */
#include "kinds.h"

static void pair_of(struct role *r, int type, uint16_t port)
{
	union addr a = { .in = { .sin_family = AF_INET } };
	union addr b = { .in6 = { .sin6_family = AF_INET6 } };
	int v4 = socket(AF_INET, type, 0), v6 = socket(AF_INET6, type, 0), fd;

	about("type %d", type);
	OK(v4);
	OK(v6);
	a = with_port(&a, port);
	b = with_port(&b, port);
	set_int(v4, SOL_SOCKET, SO_REUSEADDR, 1);
	OK(bind(v4, &a.sa, sizeof(a.in)));
	FAILS(bind(v6, &b.sa, sizeof(b.in6)), EADDRINUSE);
	set_int(v6, SOL_SOCKET, SO_REUSEADDR, 1);
	set_int(v6, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	OK(bind(v6, &b.sa, sizeof(b.in6)));
	if (type == SOCK_STREAM) {
		OK(listen(v4, 4));
		OK(listen(v6, 4));
	}
	meet(r, 'b');
	GIVES(wait_events(v4, POLLIN, 5000), POLLIN);
	GIVES(wait_events(v6, POLLIN, 0), 0);
	fd = type == SOCK_STREAM ? accept(v4, NULL, NULL) : dup(v4);
	OK(fd);
	want_text(fd, "x");
	OK(close(fd));
	OK(close(v4));
	OK(close(v6));
}

static void subject(struct role *r)
{
	pair_of(r, SOCK_STREAM, next_port(r));
	pair_of(r, SOCK_DGRAM, next_port(r));
}

static void helper(struct role *r)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM };

	for (int i = 0; i < 2; i++) {
		union addr to = with_port(&r->other, next_port(r));
		int fd = socket(AF_INET, types[i], 0);

		OK(fd);
		meet(r, 'b');
		OK(connect(fd, &to.sa, addr_len(&to)));
		send_text(fd, "x");
		if (types[i] == SOCK_STREAM)
			want_eof(fd);
		OK(close(fd));
	}
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
