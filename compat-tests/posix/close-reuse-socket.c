// SPDX-License-Identifier: MIT
/* close-reuse-socket - another socket that takes the number has none of the data, options or peers of the one before. */
#include <netinet/tcp.h>
#include <sys/syscall.h>

#include "kinds.h"

static void is_fresh(struct role *r, int fd)
{
	union addr a;
	socklen_t len = sizeof(a);
	char c;

	(void)r;
	FAILS(getpeername(fd, &a.sa, &len), ENOTCONN);
	len = sizeof(a);
	OK(getsockname(fd, &a.sa, &len));
	GIVES(port_of(&a), 0);
	GIVES(get_int(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_NODELAY), 0);
	GIVES(get_int(fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
	FAILS(recv(fd, &c, 1, MSG_DONTWAIT), ENOTCONN);
	GIVES(fcntl(fd, F_GETFL), O_RDWR);
	GIVES(fcntl(fd, F_GETFD), 0);
}

static void again(struct role *r, struct made *m)
{
	int was = m->fd;

	if (is_of(m, OF_CONNECTIONS))
		send_text(m->other, "stale");
	set_int(was, SOL_SOCKET, SO_KEEPALIVE, 1);
	if (is_of(m, OF_TCP))
		set_int(was, IPPROTO_TCP, TCP_NODELAY, 1);
	set_nonblock(was, true);
	OK(fcntl(was, F_SETFD, FD_CLOEXEC));
	GIVES(syscall(SYS_close, was), 0);
	GIVES(tcp_socket(r), was);
	is_fresh(r, was);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, again);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
