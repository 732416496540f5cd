// SPDX-License-Identifier: MIT
/* tcp-info-states - the state in TCP_INFO, from CLOSE over SYN_SENT and ESTABLISHED to FIN_WAIT2 and CLOSE_WAIT. */
#include <netinet/tcp.h>

#include "kinds.h"

static int state(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	OK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len));
	return info.tcpi_state;
}

static void until(int fd, int want)
{
	uint64_t start = now_ms();

	while (state(fd) != want && now_ms() - start < 3000 * slow())
		sleep_ms(2);
	GIVES(state(fd), want);
}

static void at_once(struct role *r, struct made *m)
{
	(void)r;
	if (is_of(m, OF_CONNECTIONS))
		GIVES(state(m->fd), TCP_ESTABLISHED);
	else if (is_of(m, OF_LISTENERS))
		GIVES(state(m->fd), TCP_LISTEN);
	else
		GIVES(state(m->fd), TCP_CLOSE);
}

static void connecting(struct role *r)
{
	union addr a = nobody(r, 9);
	int fd = tcp_socket(r);

	set_nonblock(fd, true);
	FAILS(connect(fd, &a.sa, addr_len(&a)), EINPROGRESS);
	GIVES(state(fd), TCP_SYN_SENT);
	OK(close(fd));
}

static void subject(struct role *r)
{
	int fd[2];

	each_kind(r, OF_TCP, at_once);
	connecting(r);
	own_pair(r, fd);
	OK(shutdown(fd[0], SHUT_WR));
	until(fd[0], TCP_FIN_WAIT2);
	until(fd[1], TCP_CLOSE_WAIT);
	OK(shutdown(fd[1], SHUT_WR));
	until(fd[1], TCP_CLOSE);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
