// SPDX-License-Identifier: MIT
/* scm-kinds-fork - datagram sockets and a listener that a child gets by a UNIX socket, and the parent has closed by then, are what they were. */
#include <sys/wait.h>

#include "kinds.h"
#include "passing.h"

#define SENT 3

static void child_part(int from)
{
	int fd[SENT], end;
	char c;

	GIVES(take_fds(from, fd, SENT, 0), SENT);
	GIVES(recv(fd[0], &c, 1, 0), 1);
	GIVES(c, 'o');
	GIVES(recv(fd[1], &c, 1, 0), 1);
	GIVES(c, 'w');
	end = accept(fd[2], NULL, NULL);
	OK(end);
	send_text(end, "accepted");
	exit(0);
}

static void subject(struct role *r)
{
	int fd[SENT] = { bound_udp(r), udp_socket(r), listen_on(r, 0, 4) };
	union addr any = wildcard(&r->self), to[SENT];
	int ends[2], u, t, status;
	pid_t child;

	OK(bind(fd[1], &any.sa, addr_len(&any)));
	for (int i = 0; i < SENT; i++) {
		union addr name = name_of(fd[i]);

		to[i] = with_port(&r->self, port_of(&name));
	}
	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	child = fork();
	OK(child);
	if (!child) {
		for (int i = 0; i < SENT; i++)
			OK(close(fd[i]));
		child_part(ends[1]);
	}
	sleep_ms(50); /* its copies are closed by now */
	pass_fds(ends[0], fd, SENT);
	for (int i = 0; i < SENT; i++)
		OK(close(fd[i]));
	u = udp_socket(r);
	GIVES(sendto(u, "o", 1, 0, &to[0].sa, addr_len(&to[0])), 1);
	GIVES(sendto(u, "w", 1, 0, &to[1].sa, addr_len(&to[1])), 1);
	t = tcp_socket(r);
	OK(connect(t, &to[2].sa, addr_len(&to[2])));
	want_text(t, "accepted");
	GIVES(waitpid(child, &status, 0), child);
	GIVES(status, 0);
	OK(close(u));
	OK(close(t));
	OK(close(ends[0]));
	OK(close(ends[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
