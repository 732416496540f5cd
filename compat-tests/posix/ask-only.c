// SPDX-License-Identifier: MIT
/* ask-only - who asks again and again instead of waiting gets other answers after a while. */
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include "roles.h"

/* Until EXPR is true, without a call that waits for a socket. */
#define BECOMES(expr)                                   \
	do {                                            \
		for (int tries = 0; !(expr); tries++) { \
			CHECK(tries < 1000);            \
			sleep_ms(5);                    \
		}                                       \
	} while (0)

static int asked(int fd, unsigned long what)
{
	int n = -1;

	OK(ioctl(fd, what, &n));
	return n;
}

static int state_of(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	OK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len));
	return info.tcpi_state;
}

static bool is_connected(int fd)
{
	union addr a;
	socklen_t len = sizeof(a);

	return getpeername(fd, &a.sa, &len) == 0;
}

static bool connects_again(int fd, const union addr *a)
{
	if (connect(fd, &a->sa, addr_len(a)) == 0 || errno == EISCONN)
		return true;
	CHECK(errno == EALREADY);
	return false;
}

static int start_connect(const struct role *r, const union addr *a)
{
	int fd = tcp_socket(r);

	set_nonblock(fd, true);
	FAILS(connect(fd, &a->sa, addr_len(a)), EINPROGRESS);
	return fd;
}

static void subject(struct role *r)
{
	union addr a = with_port(&r->other, next_port(r));
	union addr none = with_port(&r->other, next_port(r));
	int fd[3];

	meet(r, 'l');
	fd[0] = start_connect(r, &a);
	BECOMES(is_connected(fd[0]));
	fd[1] = start_connect(r, &a);
	BECOMES(connects_again(fd[1], &a));
	fd[2] = start_connect(r, &none);
	BECOMES(get_int(fd[2], SOL_SOCKET, SO_ERROR) == ECONNREFUSED);
	send_text(fd[0], "hello");
	BECOMES(asked(fd[0], SIOCOUTQ) == 0);
	BECOMES(asked(fd[0], FIONREAD) == 6);
	want_text(fd[0], "answer");
	meet(r, 'c');
	BECOMES(state_of(fd[0]) == TCP_CLOSE_WAIT);
	for (int i = 0; i < 3; i++)
		OK(close(fd[i]));
}

static void helper(struct role *r)
{
	int ls = listen_on(r, next_port(r), 8), fd[2];

	next_port(r);
	meet(r, 'l');
	for (int i = 0; i < 2; i++) {
		fd[i] = accept(ls, NULL, NULL);
		OK(fd[i]);
	}
	want_text(fd[0], "hello");
	send_text(fd[0], "answer");
	meet(r, 'c');
	OK(shutdown(fd[0], SHUT_WR));
	want_eof(fd[0]);
	for (int i = 0; i < 2; i++)
		OK(close(fd[i]));
	close(ls);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
