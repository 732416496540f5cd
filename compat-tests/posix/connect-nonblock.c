// SPDX-License-Identifier: MIT
/* connect-nonblock - a nonblocking connect() is EINPROGRESS, then writable, then SO_ERROR 0 and EISCONN. */
#include "roles.h"

static void subject(struct role *r)
{
	uint16_t port = next_port(r);
	union addr a = with_port(&r->other, port);
	int fd = tcp_socket(r), rc;

	set_nonblock(fd, true);
	meet(r, 'l');
	FAILS(connect(fd, &a.sa, addr_len(&a)), EINPROGRESS);
	GIVES(wait_events(fd, POLLOUT, 5000), POLLOUT);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
	/* Linux answers the first connect() after that with 0. */
	rc = connect(fd, &a.sa, addr_len(&a));
	CHECK(rc == 0 || errno == EISCONN);
	FAILS(connect(fd, &a.sa, addr_len(&a)), EISCONN);
	send_text(fd, "hello");
	close(fd);
}

static void helper(struct role *r)
{
	int ls = listen_on(r, next_port(r), 8), fd;

	meet(r, 'l');
	fd = accept(ls, NULL, NULL);
	OK(fd);
	want_text(fd, "hello");
	want_eof(fd);
	close(fd);
	close(ls);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
