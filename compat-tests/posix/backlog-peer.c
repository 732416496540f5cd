// SPDX-License-Identifier: MIT
/* backlog-peer - connections of another host beyond the backlog are not made, until accept() makes room. */
#include "roles.h"

static void subject(struct role *r)
{
	int ls = listen_on(r, next_port(r), 0), fd[2];

	meet(r, 'l');
	meet(r, 'f');
	for (int i = 0; i < 2; i++) {
		fd[i] = accept(ls, NULL, NULL);
		OK(fd[i]);
	}
	want_text(fd[0], "1");
	want_text(fd[1], "2");
	OK(close(fd[0]));
	OK(close(fd[1]));
	OK(close(ls));
}

static void helper(struct role *r)
{
	union addr a = with_port(&r->other, next_port(r));
	int fd, late = tcp_socket(r);

	meet(r, 'l');
	fd = connect_to(r, port_of(&a));
	send_text(fd, "1");
	set_nonblock(late, true);
	FAILS(connect(late, &a.sa, addr_len(&a)), EINPROGRESS);
	GIVES(wait_events(late, POLLOUT, 100), 0);
	meet(r, 'f');
	/* its SYN is sent again after a second */
	GIVES(wait_events(late, POLLOUT, 5000), POLLOUT);
	send_text(late, "2");
	OK(close(late));
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
