// SPDX-License-Identifier: MIT
/* guard-conn - IP_MINTTL and a filter set on a connection keep bytes out until they are gone; an accepted socket has its listener's. */
#include <linux/filter.h>

#include "roles.h"

/* Lets so many bytes of each packet through: none, or all. */
static void filter(int fd, unsigned int bytes)
{
	struct sock_filter f[] = { BPF_STMT(BPF_RET | BPF_K, bytes) };
	struct sock_fprog p = { .len = 1, .filter = f };

	OK(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &p, sizeof(p)));
}

/* Bytes come when `let_in` has been called, and not before. */
static void kept_out(struct role *r, int fd, void (*let_in)(int fd))
{
	meet(r, 's');
	GIVES(wait_events(fd, POLLIN, 100), 0);
	let_in(fd);
	want_text(fd, "abc");
}

static void any_ttl(int fd)
{
	set_int(fd, IPPROTO_IP, IP_MINTTL, 0);
}

static void no_filter(int fd)
{
	int v = 0;

	OK(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &v, sizeof(v)));
}

static void subject(struct role *r)
{
	union addr a = with_port(&r->self, next_port(r));
	int ls = tcp_socket(r), fd;

	set_int(ls, IPPROTO_IP, IP_MINTTL, 2);
	OK(bind(ls, &a.sa, addr_len(&a)));
	OK(listen(ls, 4));
	meet(r, 'l');
	fd = accept(ls, NULL, NULL);
	OK(fd);
	GIVES(get_int(fd, IPPROTO_IP, IP_MINTTL), 2);
	set_int(fd, IPPROTO_IP, IP_MINTTL, 255);
	kept_out(r, fd, any_ttl);
	filter(fd, UINT32_MAX);
	filter(fd, 0);
	kept_out(r, fd, no_filter);
	OK(close(fd));
	OK(close(ls));
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	int fd;

	meet(r, 'l');
	fd = connect_to(r, port);
	set_int(fd, IPPROTO_IP, IP_TTL, 100);
	for (int i = 0; i < 2; i++) {
		meet(r, 's');
		send_text(fd, "abc");
	}
	want_eof(fd);
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
