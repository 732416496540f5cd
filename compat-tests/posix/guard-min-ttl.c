// SPDX-License-Identifier: MIT
/* guard-min-ttl - IP_MINTTL set before bind() keeps out those whose packets come with less. */
#include "roles.h"

static void subject(struct role *r)
{
	union addr a = with_port(&r->self, next_port(r));
	int ls = tcp_socket(r), fd;

	set_int(ls, IPPROTO_IP, IP_MINTTL, 255);
	OK(bind(ls, &a.sa, addr_len(&a)));
	OK(listen(ls, 4));
	meet(r, 'l');
	GIVES(wait_events(ls, POLLIN, 150), 0);
	meet(r, 'n');
	/* with the largest TTL he would be let in but for the hops between */
	set_int(ls, IPPROTO_IP, IP_MINTTL, 1);
	meet(r, 'o');
	fd = accept(ls, NULL, NULL);
	OK(fd);
	OK(close(fd));
	OK(close(ls));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, kept_out_then_in);
}
