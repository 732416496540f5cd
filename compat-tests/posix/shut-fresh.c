// SPDX-License-Identifier: MIT
/* shut-fresh - shutdown() of a socket without a connection fails, and shuts the connection that it makes later; connect(AF_UNSPEC) opens it again. */
#include "kinds.h"

#define ALL (POLLIN | POLLOUT | POLLRDHUP)

static void each(struct role *r, int how)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	int fd = tcp_socket(r), ls = listen_on(r, 0, 4), end;
	union addr a = name_of(ls);
	bool rd = how != SHUT_WR, wr = how != SHUT_RD;
	short in = rd ? POLLIN | POLLRDHUP : 0;
	char c;

	about("shutdown %d", how);
	FAILS(shutdown(fd, how), ENOTCONN);
	GIVES(wait_events(fd, ALL, 0), in | POLLOUT | POLLHUP);
	OK(connect(fd, &a.sa, addr_len(&a)));
	end = accept(ls, NULL, NULL);
	OK(end);
	GIVES(wait_events(fd, ALL, 0), in | POLLOUT | (rd && wr ? POLLHUP : 0));
	if (wr)
		FAILS(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
	else
		OK(send(fd, "x", 1, 0));
	if (rd)
		GIVES(recv(fd, &c, 1, 0), 0);
	else
		FAILS(recv(fd, &c, 1, MSG_DONTWAIT), EAGAIN);
	/* nothing was sent for it */
	if (wr)
		FAILS(recv(end, &c, 1, MSG_DONTWAIT), EAGAIN);
	OK(connect(fd, &none, sizeof(none)));
	OK(close(end));
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), ECONNRESET);
	OK(connect(fd, &a.sa, addr_len(&a)));
	end = accept(ls, NULL, NULL);
	OK(end);
	send_text(fd, "open");
	want_text(end, "open");
	OK(close(end));
	OK(close(fd));
	OK(close(ls));
}

/* A listener that is shut is as new, whatever was shut before. */
static void listener(struct role *r)
{
	int fd = bound_tcp(r);

	FAILS(shutdown(fd, SHUT_RD), ENOTCONN);
	OK(listen(fd, 1));
	OK(shutdown(fd, SHUT_RD));
	GIVES(wait_events(fd, ALL, 0), POLLOUT | POLLHUP);
	OK(close(fd));
}

static void subject(struct role *r)
{
	each(r, SHUT_RD);
	each(r, SHUT_WR);
	each(r, SHUT_RDWR);
	listener(r);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
