// SPDX-License-Identifier: MIT
/* close-syscall - syscall(SYS_close) ends a connection, a listener and a port as close() does. */
#include <sys/syscall.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	uint16_t port = next_port(r);
	int ls = listen_on(r, port, 8);

	send_text(fd, "last");
	GIVES(syscall(SYS_close, fd), 0);
	FAILS(fcntl(fd, F_GETFD), EBADF);
	FAILS(send(fd, "x", 1, MSG_NOSIGNAL), EBADF);
	FAILS(syscall(SYS_close, fd), EBADF);
	GIVES(syscall(SYS_close, ls), 0);
	meet(r, 'c');
	meet(r, 'd');
	ls = listen_on(r, port, 8);
	OK(close(ls));
}

static void helper(struct role *r, int fd)
{
	uint16_t port = next_port(r);
	union addr a = with_port(&r->other, port);
	int late = tcp_socket(r);

	want_text(fd, "last");
	want_eof(fd);
	meet(r, 'c');
	FAILS(connect(late, &a.sa, addr_len(&a)), ECONNREFUSED);
	OK(close(late));
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
