// SPDX-License-Identifier: MIT
/* bind-v6only - 0.0.0.0 and :: take the same port, if the second is for IPv6 only. */
#include "roles.h"

static int bound(sa_family_t family, int type, uint16_t port, int v6only,
		 int err)
{
	union addr any = { .sa.sa_family = family };
	int fd = socket(family, type, 0);

	OK(fd);
	if (family == AF_INET6)
		set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, v6only);
	any = with_port(&any, port);
	if (err)
		FAILS(bind(fd, &any.sa, addr_len(&any)), err);
	else
		OK(bind(fd, &any.sa, addr_len(&any)));
	return fd;
}

/* The second pair in the other order. */
static void subject(struct role *r)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM };
	uint16_t port = next_port(r), other = next_port(r);
	int ls = -1, fd;

	for (int i = 0; i < 2; i++) {
		int v4 = bound(AF_INET, types[i], port, 0, 0);
		int v6 = bound(AF_INET6, types[i], port, 1, 0);
		int x6 = bound(AF_INET6, types[i], other, 1, 0);
		int x4 = bound(AF_INET, types[i], other, 0, 0);

		close(bound(AF_INET6, types[i], port, 0, EADDRINUSE));
		close(bound(AF_INET, types[i], port, 0, EADDRINUSE));
		if (types[i] == SOCK_STREAM) {
			OK(listen(v4, 8));
			OK(listen(v6, 8));
			OK(listen(x6, 8));
			OK(listen(x4, 8));
			ls = v4;
		} else {
			close(v4);
		}
		close(v6);
		close(x6);
		close(x4);
	}
	meet(r, 'l');
	fd = accept(ls, NULL, NULL);
	OK(fd);
	send_text(fd, "hello");
	close(fd);
	close(ls);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);

	next_port(r);
	meet(r, 'l');
	fetch_text(r, port, "hello");
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
