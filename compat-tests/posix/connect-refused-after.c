// SPDX-License-Identifier: MIT
/* connect-refused-after - after a refusal: the error once from whatever asks first, then the end; the same socket connects again. */
#include "roles.h"

static int refused(struct role *r, uint16_t port)
{
	union addr a = with_port(&r->other, port);
	int fd = tcp_socket(r);

	set_nonblock(fd, true);
	FAILS(connect(fd, &a.sa, addr_len(&a)), EINPROGRESS);
	GIVES(wait_all_events(fd, POLLIN | POLLOUT,
			      POLLIN | POLLOUT | POLLERR | POLLHUP),
	      POLLIN | POLLOUT | POLLERR | POLLHUP);
	return fd;
}

static void subject(struct role *r)
{
	uint16_t closed = next_port(r), open = next_port(r);
	union addr a = with_port(&r->other, open);
	int fd;
	char c;

	meet(r, 'l');
	fd = refused(r, closed);
	FAILS(read(fd, &c, 1), ECONNREFUSED);
	GIVES(read(fd, &c, 1), 0);
	FAILS(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
	OK(close(fd));
	fd = refused(r, closed);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
	GIVES(recv(fd, &c, 1, 0), 0);
	OK(close(fd));
	fd = refused(r, closed);
	FAILS(connect(fd, &a.sa, addr_len(&a)), ECONNREFUSED);
	set_nonblock(fd, false);
	OK(connect(fd, &a.sa, addr_len(&a)));
	want_text(fd, "x");
	OK(close(fd));
	meet(r, 'd');
}

static void helper(struct role *r)
{
	int ls, fd;

	next_port(r);
	ls = listen_on(r, next_port(r), 4);
	meet(r, 'l');
	fd = accept(ls, NULL, NULL);
	OK(fd);
	send_text(fd, "x");
	OK(close(fd));
	meet(r, 'd');
	OK(close(ls));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
