// SPDX-License-Identifier: MIT
/* efault-names - names that cannot be read or written, and their lengths: bind, connect, sendto, accept, getsockname, getpeername, recvfrom. */
#include "badmem.h"
#include "kinds.h"

static void read_names(struct role *r, void *bad)
{
	int t = tcp_socket(r), u = udp_socket(r);

	FAILS(bind(t, bad, 16), EFAULT);
	FAILS(connect(t, bad, 16), EFAULT);
	FAILS(bind(u, bad, 16), EFAULT);
	FAILS(connect(u, bad, 16), EFAULT);
	FAILS(sendto(u, "x", 1, 0, bad, 16), EFAULT);
	OK(close(t));
	OK(close(u));
}

static void write_names(int fd, void *bad)
{
	union addr a;
	socklen_t len = sizeof(a);

	FAILS(getsockname(fd, bad, &len), EFAULT);
	FAILS(getsockname(fd, &a.sa, bad), EFAULT);
	FAILS(getpeername(fd, bad, &len), EFAULT);
	FAILS(getpeername(fd, &a.sa, bad), EFAULT);
	len = 0;
	OK(getsockname(fd, bad, &len)); /* there is no room to write to */
	GIVES(len, sizeof(a.in));
	len = (socklen_t)-1;
	FAILS(getsockname(fd, &a.sa, &len), EINVAL);
}

static void sources(int fd, int from, void *bad)
{
	union addr a;
	socklen_t len = sizeof(a);
	char c;

	send_text(from, "1");
	FAILS(recvfrom(fd, &c, 1, 0, bad, &len), EFAULT);
	send_text(from, "2");
	FAILS(recvfrom(fd, &c, 1, 0, &a.sa, bad), EFAULT);
	FAILS(recv(fd, &c, 1, MSG_DONTWAIT), EAGAIN); /* both were taken */
}

static void subject(struct role *r)
{
	int t[2], u[2];
	void *bad[5];

	own_pair(r, t);
	own_udp(r, u);
	for (int i = unwritable(bad) - 1; i >= 0; i--) {
		about("address %p", bad[i]);
		if (i < 4)
			read_names(r, bad[i]);
		write_names(t[0], bad[i]);
		write_names(u[0], bad[i]);
		sources(u[0], u[1], bad[i]);
	}
	for (int i = 0; i < 2; i++) {
		OK(close(t[i]));
		OK(close(u[i]));
	}
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
