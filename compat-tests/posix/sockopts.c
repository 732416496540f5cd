// SPDX-License-Identifier: MIT
/* sockopts - options read back as they were set; unknown ones are refused. */
#include <netinet/tcp.h>

#include "roles.h"

static void round_trip(int fd, int level, int name, int value)
{
	set_int(fd, level, name, value);
	if (get_int(fd, level, name) != value)
		WRONG("option %d of level %d is %d, not %d", name, level,
		      get_int(fd, level, name), value);
}

static void subject(struct role *r, int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info), one = 1;
	int value = 1;

	GIVES(get_int(fd, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
	GIVES(get_int(fd, SOL_SOCKET, SO_DOMAIN), r->self.sa.sa_family);
	GIVES(get_int(fd, SOL_SOCKET, SO_PROTOCOL), IPPROTO_TCP);
	GIVES(get_int(fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
	round_trip(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	round_trip(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	round_trip(fd, SOL_SOCKET, SO_PRIORITY, 3);
	round_trip(fd, SOL_SOCKET, SO_MARK, 7);
	if (r->self.sa.sa_family == AF_INET) {
		round_trip(fd, IPPROTO_IP, IP_TOS, 16);
		round_trip(fd, IPPROTO_IP, IP_RECVTOS, 1);
		round_trip(fd, IPPROTO_IP, IP_RECVTTL, 0);
	}
	round_trip(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	round_trip(fd, IPPROTO_TCP, TCP_NODELAY, 0);
	round_trip(fd, IPPROTO_TCP, TCP_KEEPIDLE, 30);
	round_trip(fd, IPPROTO_TCP, TCP_KEEPINTVL, 5);
	round_trip(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
	round_trip(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 20000);
	CHECK(get_int(fd, IPPROTO_TCP, TCP_MAXSEG) >= 536);
	set_int(fd, SOL_SOCKET, SO_RCVBUF, 50000);
	GIVES(get_int(fd, SOL_SOCKET, SO_RCVBUF), 100000); /* Linux doubles */
	set_int(fd, SOL_SOCKET, SO_SNDBUF, 60000);
	GIVES(get_int(fd, SOL_SOCKET, SO_SNDBUF), 120000);
	OK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len));
	GIVES(info.tcpi_state, TCP_ESTABLISHED);
	FAILS(setsockopt(fd, IPPROTO_TCP, 9999, &value, 4), ENOPROTOOPT);
	FAILS(getsockopt(fd, IPPROTO_TCP, 9999, &value, &len), ENOPROTOOPT);
	FAILS(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, 1), EINVAL);
	FAILS(setsockopt(fd, SOL_SOCKET, SO_TYPE, &value, 4), ENOPROTOOPT);
	FAILS(setsockopt(99, SOL_SOCKET, SO_REUSEADDR, &value, 4), EBADF);
	OK(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &one));
	GIVES(one, 1);
	meet(r, 'd');
}

static void helper(struct role *r, int fd)
{
	int ls = listen_on(r, 0, 1);

	(void)fd;
	GIVES(get_int(ls, SOL_SOCKET, SO_ACCEPTCONN), 1);
	close(ls);
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
