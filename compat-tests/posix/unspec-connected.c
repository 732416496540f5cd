// SPDX-License-Identifier: MIT
/* unspec-connected - connect(AF_UNSPEC) of a connection resets it; the socket is fresh and connects again. */
#include "roles.h"

static void unspec(int fd)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	OK(connect(fd, &none, sizeof(none)));
}

static void subject(struct role *r, int fd)
{
	uint16_t port = next_port(r);
	union addr a;
	socklen_t len = sizeof(a);
	char c;

	meet(r, 'l');
	unspec(fd);
	FAILS(getpeername(fd, &a.sa, &len), ENOTCONN);
	FAILS(recv(fd, &c, 1, MSG_DONTWAIT), ECONNRESET);
	FAILS(recv(fd, &c, 1, MSG_DONTWAIT), ENOTCONN);
	FAILS(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
	GIVES(wait_events(fd, POLLIN | POLLOUT, 0), POLLOUT | POLLHUP);
	unspec(fd);
	meet(r, 'r');
	if (r->server) /* an accepted one has its listener's port */
		return;
	a = with_port(&r->other, port);
	OK(connect(fd, &a.sa, addr_len(&a)));
	want_text(fd, "again");
}

static void helper(struct role *r, int fd)
{
	int ls = listen_on(r, next_port(r), 4), end;
	char c;

	meet(r, 'l');
	FAILS(recv(fd, &c, 1, 0), ECONNRESET);
	meet(r, 'r');
	if (!r->server) {
		OK(close(ls));
		return;
	}
	end = accept(ls, NULL, NULL);
	OK(end);
	send_text(end, "again");
	OK(close(end));
	OK(close(ls));
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
