// SPDX-License-Identifier: MIT
/* tcp-maxseg - TCP_MAXSEG set before connect() or listen() is announced, so that the other end sends no larger segments. */
#include <netinet/tcp.h>

#include "roles.h"

static int sending_mss(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	OK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len));
	return (int)info.tcpi_snd_mss;
}

static void subject(struct role *r)
{
	union addr to = with_port(&r->other, next_port(r));
	union addr own = with_port(&r->self, next_port(r));
	int fd = tcp_socket(r), ls = tcp_socket(r);

	set_int(fd, IPPROTO_TCP, TCP_MAXSEG, 600);
	set_int(ls, IPPROTO_TCP, TCP_MAXSEG, 700);
	meet(r, 'l');
	OK(connect(fd, &to.sa, addr_len(&to)));
	CHECK(get_int(fd, IPPROTO_TCP, TCP_MAXSEG) <= 600);
	OK(bind(ls, &own.sa, addr_len(&own)));
	OK(listen(ls, 1));
	meet(r, 'm');
	OK(close(fd));
	fd = accept(ls, NULL, NULL);
	OK(fd);
	want_eof(fd);
	OK(close(fd));
	OK(close(ls));
}

/* The time stamps take twelve bytes of it. */
static void helper(struct role *r)
{
	int ls = listen_on(r, next_port(r), 1), fd;
	uint16_t port = next_port(r);

	meet(r, 'l');
	fd = accept(ls, NULL, NULL);
	OK(fd);
	CHECK(sending_mss(fd) <= 600 && sending_mss(fd) >= 588);
	OK(close(ls));
	meet(r, 'm');
	want_eof(fd);
	OK(close(fd));
	fd = connect_to(r, port);
	CHECK(sending_mss(fd) <= 700 && sending_mss(fd) >= 688);
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
