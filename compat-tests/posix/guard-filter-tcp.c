// SPDX-License-Identifier: MIT
/* guard-filter-tcp - SO_ATTACH_FILTER set before bind() keeps connections out. */
#include <linux/filter.h>

#include "roles.h"

static void subject(struct role *r)
{
	union addr a = with_port(&r->self, next_port(r));
	struct sock_filter f[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_fprog p = { .len = 1, .filter = f };
	int ls = tcp_socket(r), v = 0, fd;

	OK(setsockopt(ls, SOL_SOCKET, SO_ATTACH_FILTER, &p, sizeof(p)));
	OK(bind(ls, &a.sa, addr_len(&a)));
	OK(listen(ls, 4));
	meet(r, 'l');
	GIVES(wait_events(ls, POLLIN, 150), 0);
	meet(r, 'n');
	OK(setsockopt(ls, SOL_SOCKET, SO_DETACH_FILTER, &v, sizeof(v)));
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
