// SPDX-License-Identifier: MIT
/* iov - readv() and writev() gather and scatter; wrong vectors are refused. */
#include <limits.h>
#include <sys/uio.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	static struct iovec many[IOV_MAX + 1];
	struct iovec out[3] = { { (void *)(uintptr_t) "ab", 2 },
				{ NULL, 0 },
				{ (void *)(uintptr_t) "cde", 3 } };
	volatile int negative = -1; /* the compiler would know better */
	char a[3] = { 0 }, b[10] = { 0 };
	struct iovec in[2] = { { a, 2 }, { b, 9 } };

	(void)r;
	GIVES(writev(fd, out, 3), 5);
	GIVES(wait_events(fd, POLLIN, 5000), POLLIN);
	GIVES(readv(fd, in, 2), 6);
	CHECK(strcmp(a, "12") == 0 && strcmp(b, "3456") == 0);
	GIVES(writev(fd, out, 0), 0);
	FAILS(writev(fd, out, negative), EINVAL);
	FAILS(writev(fd, many, IOV_MAX + 1), EINVAL);
	for (int i = 0; i < IOV_MAX; i++)
		many[i] = (struct iovec){ .iov_base = b, .iov_len = 1 };
	GIVES(writev(fd, many, IOV_MAX), IOV_MAX);
	OK(shutdown(fd, SHUT_WR));
}

static void helper(struct role *r, int fd)
{
	char c;

	(void)r;
	want_text(fd, "abcde");
	send_text(fd, "123456");
	for (int i = 0; i < IOV_MAX; i++) {
		recv_all(fd, &c, 1);
		GIVES(c, '3');
	}
	want_eof(fd);
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
