// SPDX-License-Identifier: MIT
/* v6only-both - the wildcard of IPv6 alone and that of IPv4 have one port beside each other, streams and datagrams; without IPV6_V6ONLY they clash. */
#include "kinds.h"

static int six(int type, int only)
{
	int fd = socket(AF_INET6, type, 0);

	OK(fd);
	set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, only);
	return fd;
}

static void together(int type, int only)
{
	union addr a = { .in6 = { .sin6_family = AF_INET6 } };
	union addr b = { .in = { .sin_family = AF_INET } };
	int v6 = six(type, only), v4 = socket(AF_INET, type, 0), v = 1;

	about("type %d, only %d", type, only);
	OK(v4);
	OK(bind(v6, &a.sa, sizeof(a.in6)));
	a = name_of(v6);
	b = with_port(&b, port_of(&a));
	if (only)
		OK(bind(v4, &b.sa, sizeof(b.in)));
	else
		FAILS(bind(v4, &b.sa, sizeof(b.in)), EADDRINUSE);
	FAILS(setsockopt(v6, IPPROTO_IPV6, IPV6_V6ONLY, &v, 4), EINVAL);
	GIVES(get_int(v6, IPPROTO_IPV6, IPV6_V6ONLY), only);
	if (type == SOCK_STREAM) {
		OK(listen(v6, 4));
		if (only)
			OK(listen(v4, 4));
	}
	OK(close(v6));
	OK(close(v4));
}

static void subject(struct role *r)
{
	(void)r;
	for (int only = 0; only < 2; only++) {
		together(SOCK_STREAM, only);
		together(SOCK_DGRAM, only);
	}
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
