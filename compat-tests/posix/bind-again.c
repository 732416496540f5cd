// SPDX-License-Identifier: MIT
/* bind-again - a socket that has a name cannot be bound again, of any kind; an address of another host cannot be had. */
#include "kinds.h"

static void again(struct role *r, struct made *m)
{
	union addr a = with_port(&r->self, 0), foreign = a;

	foreign.in.sin_addr.s_addr = htonl(0xc0000201);
	if (is_of(m, OF(TCP_FRESH) | OF(UDP_FRESH))) {
		FAILS(bind(m->fd, &foreign.sa, addr_len(&a)), EADDRNOTAVAIL);
		OK(bind(m->fd, &a.sa, addr_len(&a)));
	}
	FAILS(bind(m->fd, &a.sa, addr_len(&a)), EINVAL);
	a = name_of(m->fd);
	FAILS(bind(m->fd, &a.sa, addr_len(&a)), EINVAL);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL & ~OF(UDP_CONNECTED), again);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
