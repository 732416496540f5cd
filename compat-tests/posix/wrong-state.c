// SPDX-License-Identifier: MIT
/* wrong-state - calls that do not fit a socket's state fail with Linux's errno. */
#include "roles.h"

static void fresh(struct role *r)
{
	int fd = tcp_socket(r);
	union addr a;
	socklen_t len = sizeof(a);
	char c;

	FAILS(recv(fd, &c, 1, 0), ENOTCONN);
	FAILS(send(fd, &c, 1, MSG_NOSIGNAL), EPIPE);
	FAILS(shutdown(fd, SHUT_WR), ENOTCONN);
	FAILS(getpeername(fd, &a.sa, &len), ENOTCONN);
	FAILS(accept(fd, NULL, NULL), EINVAL);
	GIVES(wait_events(fd, POLLIN | POLLOUT, 0), POLLOUT | POLLHUP);
	close(fd);
	FAILS(recv(fd, &c, 1, 0), EBADF);
}

static void listening(struct role *r)
{
	uint16_t port = next_port(r);
	int fd = listen_on(r, port, 1);
	union addr a = with_port(&r->other, port);
	char c;

	FAILS(recv(fd, &c, 1, 0), ENOTCONN);
	FAILS(send(fd, &c, 1, MSG_NOSIGNAL), EPIPE);
	FAILS(connect(fd, &a.sa, addr_len(&a)), EISCONN);
	OK(listen(fd, 5));
	close(fd);
}

static void connected(struct role *r, int fd)
{
	union addr a = with_port(&r->other, 9);

	FAILS(connect(fd, &a.sa, addr_len(&a)), EISCONN);
	FAILS(listen(fd, 1), EINVAL);
	FAILS(accept(fd, NULL, NULL), EINVAL);
	FAILS(bind(fd, &r->self.sa, addr_len(&r->self)), EINVAL);
	FAILS(shutdown(fd, 7), EINVAL);
	FAILS(send(fd, NULL, 5, MSG_NOSIGNAL), EFAULT);
	FAILS(recv(fd, &a, sizeof(a), MSG_OOB | MSG_DONTWAIT), EINVAL);
}

static void subject(struct role *r, int fd)
{
	fresh(r);
	listening(r);
	connected(r, fd);
	send_text(fd, "still there");
}

static void helper(struct role *r, int fd)
{
	next_port(r);
	want_text(fd, "still there");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
