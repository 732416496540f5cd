// SPDX-License-Identifier: MIT
/* efault-accept - accept() and accept4() with a name or length that cannot be written: EFAULT, no descriptor, and the connection is gone or waits still. */
#include "badmem.h"
#include "kinds.h"

static int lowest(void)
{
	int fd = open("/dev/null", O_RDONLY);

	OK(fd);
	OK(close(fd));
	return fd;
}

static void with(struct role *r, int ls, void *bad)
{
	union addr to = name_of(ls), a;
	socklen_t len = sizeof(a);
	int fd[2], low;

	for (int i = 0; i < 2; i++) {
		fd[i] = tcp_socket(r);
		OK(connect(fd[i], &to.sa, addr_len(&to)));
	}
	low = lowest();
	FAILS(accept(ls, bad, &len), EFAULT);
	FAILS(accept4(ls, &a.sa, bad, SOCK_CLOEXEC), EFAULT);
	GIVES(lowest(), low);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

static void subject(struct role *r)
{
	int ls = listen_on(r, 0, 8), fd, end;
	void *bad[5];
	union addr a = name_of(ls);

	for (int i = unwritable(bad) - 1; i >= 0; i--) {
		about("address %p", bad[i]);
		with(r, ls, bad[i]);
	}
	fd = tcp_socket(r);
	OK(connect(fd, &a.sa, addr_len(&a)));
	end = accept(ls, NULL, bad[0]); /* not looked at */
	OK(end);
	OK(close(end));
	OK(close(fd));
	OK(close(ls));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
