// SPDX-License-Identifier: MIT
/* sendto-stream - a destination for a stream that is connected is not looked at; one that is not is EPIPE. */
#include "kinds.h"

static void subject(struct role *r)
{
	int fd[2], fresh = tcp_socket(r), ls = listen_on(r, 0, 1);
	union addr a = with_port(&r->self, 9);
	struct sockaddr odd = { .sa_family = AF_UNIX };

	own_pair(r, fd);
	GIVES(sendto(fd[0], "a", 1, 0, &a.sa, addr_len(&a)), 1);
	GIVES(sendto(fd[0], "b", 1, 0, &odd, sizeof(odd)), 1);
	GIVES(sendto(fd[0], "c", 1, 0, NULL, 5), 1);
	want_text(fd[1], "abc");
	FAILS(sendto(fresh, "x", 1, MSG_NOSIGNAL, &a.sa, addr_len(&a)), EPIPE);
	FAILS(sendto(ls, "x", 1, MSG_NOSIGNAL, &a.sa, addr_len(&a)), EPIPE);
	FAILS(sendto(fd[0], "x", 1, 0, &a.sa, 1000), EINVAL);
	FAILS(sendto(fd[0], "x", 1, 0, &a.sa, (socklen_t)-1), EINVAL);
	OK(close(fresh));
	OK(close(ls));
	OK(close(fd[0]));
	OK(close(fd[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
