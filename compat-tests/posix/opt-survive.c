// SPDX-License-Identifier: MIT
/* opt-survive - options set on a socket that has no address yet are its own after bind, listen and connect. */
#include <netinet/tcp.h>

#include "kinds.h"

struct option {
	int level, name, value;
};

/* The TOS first: it sets the priority too. */
static const struct option both[] = {
	{ IPPROTO_IP, IP_TOS, 0x20 },	 { SOL_SOCKET, SO_KEEPALIVE, 1 },
	{ SOL_SOCKET, SO_PRIORITY, 5 },	 { SOL_SOCKET, SO_MARK, 9 },
	{ SOL_SOCKET, SO_RCVLOWAT, 3 },	 { SOL_SOCKET, SO_TIMESTAMP, 1 },
	{ SOL_SOCKET, SO_OOBINLINE, 1 }, { SOL_SOCKET, SO_BROADCAST, 1 },
	{ SOL_SOCKET, SO_BUSY_POLL, 2 }, { SOL_SOCKET, SO_RXQ_OVFL, 1 },
	{ SOL_SOCKET, SO_NO_CHECK, 1 },	 { IPPROTO_IP, IP_TTL, 77 },
	{ IPPROTO_IP, IP_RECVERR, 1 },	 { IPPROTO_IP, IP_RECVTTL, 1 },
	{ IPPROTO_IP, IP_RECVTOS, 1 },	 { IPPROTO_IP, IP_PKTINFO, 1 },
	{ IPPROTO_IP, IP_MINTTL, 3 },	 { IPPROTO_IP, IP_MTU_DISCOVER, 2 },
};

static const struct option stream[] = {
	{ IPPROTO_TCP, TCP_NODELAY, 1 },
	{ IPPROTO_TCP, TCP_KEEPIDLE, 60 },
	{ IPPROTO_TCP, TCP_KEEPINTVL, 6 },
	{ IPPROTO_TCP, TCP_KEEPCNT, 4 },
	{ IPPROTO_TCP, TCP_USER_TIMEOUT, 99 },
	{ IPPROTO_TCP, TCP_SYNCNT, 3 },
	{ IPPROTO_TCP, TCP_LINGER2, 9 },
	{ IPPROTO_TCP, TCP_INQ, 1 },
	{ IPPROTO_TCP, TCP_NOTSENT_LOWAT, 5000 },
};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void set_them(int fd, const struct option *o, size_t n)
{
	for (size_t i = 0; i < n; i++)
		set_int(fd, o[i].level, o[i].name, o[i].value);
}

static void want_them(int fd, const struct option *o, size_t n,
		      const char *when)
{
	for (size_t i = 0; i < n; i++) {
		about("%s, level %d, option %d", when, o[i].level, o[i].name);
		GIVES(get_int(fd, o[i].level, o[i].name), o[i].value);
	}
}

static void set_stream(int fd)
{
	set_them(fd, both, COUNT(both));
	set_them(fd, stream, COUNT(stream));
}

static void want_stream(int fd, const char *when)
{
	want_them(fd, both, COUNT(both), when);
	want_them(fd, stream, COUNT(stream), when);
}

static void streams(struct role *r)
{
	int ls = tcp_socket(r), fd = tcp_socket(r), end;
	union addr a;

	set_stream(ls);
	set_stream(fd);
	OK(bind(ls, &r->self.sa, addr_len(&r->self)));
	want_stream(ls, "bound");
	OK(listen(ls, 4));
	want_stream(ls, "listening");
	a = name_of(ls);
	OK(connect(fd, &a.sa, addr_len(&a)));
	want_stream(fd, "connected");
	end = accept(ls, NULL, NULL);
	OK(end);
	OK(close(end));
	OK(close(fd));
	OK(close(ls));
}

static void datagrams(struct role *r)
{
	int fd = udp_socket(r), bound = bound_udp(r);
	union addr a = name_of(bound);

	set_them(fd, both, COUNT(both));
	OK(connect(fd, &a.sa, addr_len(&a)));
	want_them(fd, both, COUNT(both), "connected");
	OK(close(fd));
	fd = udp_socket(r);
	set_them(fd, both, COUNT(both));
	OK(bind(fd, &r->self.sa, addr_len(&r->self)));
	want_them(fd, both, COUNT(both), "bound");
	OK(close(fd));
	OK(close(bound));
}

static void subject(struct role *r)
{
	streams(r);
	datagrams(r);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
