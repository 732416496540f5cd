// SPDX-License-Identifier: MIT
/* connect-refused - a closed port refuses: as errno, as SO_ERROR once, and the socket may try again. */
#include "roles.h"

static void refused_blocking(struct role *r, const union addr *a)
{
	int fd = tcp_socket(r);

	FAILS(connect(fd, &a->sa, addr_len(a)), ECONNREFUSED);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
	FAILS(connect(fd, &a->sa, addr_len(a)), ECONNREFUSED);
	close(fd);
}

static int refused_nonblocking(struct role *r, const union addr *a)
{
	const short all = POLLIN | POLLOUT | POLLERR | POLLHUP;
	int fd = tcp_socket(r);

	set_nonblock(fd, true);
	FAILS(connect(fd, &a->sa, addr_len(a)), EINPROGRESS);
	GIVES(wait_all_events(fd, POLLIN | POLLOUT, all), all);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
	set_nonblock(fd, false);
	return fd;
}

static void subject(struct role *r)
{
	uint16_t open = next_port(r), closed = next_port(r);
	union addr a = with_port(&r->other, closed);
	union addr b = with_port(&r->other, open);
	int fd;

	meet(r, 'l');
	refused_blocking(r, &a);
	fd = refused_nonblocking(r, &a);
	/* Linux has the attempt whose error was read end here, once. */
	if (connect(fd, &b.sa, addr_len(&b))) {
		GIVES(errno, ECONNABORTED);
		OK(connect(fd, &b.sa, addr_len(&b)));
	}
	send_text(fd, "hello");
	close(fd);
}

static void helper(struct role *r)
{
	uint16_t open = next_port(r);
	int ls = listen_on(r, open, 8), fd;

	next_port(r);
	meet(r, 'l');
	fd = accept(ls, NULL, NULL);
	OK(fd);
	want_text(fd, "hello");
	close(fd);
	close(ls);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
