// SPDX-License-Identifier: MIT
/* fastopen-send - MSG_FASTOPEN with a name connects and sends; a socket that does not wait connects only. */
#include "roles.h"

static void subject(struct role *r)
{
	union addr to = with_port(&r->other, next_port(r));
	struct iovec iov = { .iov_base = "z", .iov_len = 1 };
	struct msghdr m = { .msg_name = &to,
			    .msg_namelen = addr_len(&to),
			    .msg_iov = &iov,
			    .msg_iovlen = 1 };
	int fd = tcp_socket(r);

	meet(r, 'l');
	GIVES(sendto(fd, "x", 1, MSG_FASTOPEN, &to.sa, addr_len(&to)), 1);
	want_text(fd, "y");
	OK(close(fd));
	fd = tcp_socket(r);
	GIVES(sendmsg(fd, &m, MSG_FASTOPEN), 1);
	want_text(fd, "y");
	OK(close(fd));
	fd = tcp_socket(r);
	set_nonblock(fd, true);
	FAILS(sendto(fd, "x", 1, MSG_FASTOPEN, &to.sa, addr_len(&to)),
	      EINPROGRESS);
	GIVES(wait_events(fd, POLLOUT, 3000), POLLOUT);
	send_text(fd, "x");
	GIVES(wait_events(fd, POLLIN, 3000), POLLIN);
	want_text(fd, "y");
	OK(close(fd));
	meet(r, 'd');
}

static void helper(struct role *r)
{
	int ls = listen_on(r, next_port(r), 4);

	meet(r, 'l');
	for (int i = 0; i < 3; i++) {
		int fd = accept(ls, NULL, NULL);
		char c;

		OK(fd);
		GIVES(recv(fd, &c, 1, 0), 1);
		send_text(fd, "y");
		want_eof(fd);
		OK(close(fd));
	}
	meet(r, 'd');
	OK(close(ls));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
