// SPDX-License-Identifier: MIT
/* sendfile-device - sendfile() reads a character device as it does a file, where the kernel can. */
#include <sys/sendfile.h>

#include "roles.h"

/* Linux before 6.5 cannot splice from /dev/zero, into a unix socket either. */
static int kernel_can(int zero)
{
	int pair[2];
	ssize_t n;

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	n = sendfile(pair[0], zero, NULL, 1000);
	OK(close(pair[0]));
	OK(close(pair[1]));
	return n == 1000;
}

static void subject(struct role *r, int fd)
{
	static const char zeros[1000];
	int zero = open("/dev/zero", O_RDONLY);

	OK(zero);
	if (kernel_can(zero))
		GIVES(sendfile(fd, zero, NULL, 1000), 1000);
	else
		GIVES(send(fd, zeros, sizeof(zeros), 0), sizeof(zeros));
	OK(close(zero));
	meet(r, 's');
}

static void helper(struct role *r, int fd)
{
	char buf[1000];

	recv_all(fd, buf, sizeof(buf));
	for (size_t i = 0; i < sizeof(buf); i++)
		GIVES(buf[i], 0);
	meet(r, 's');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
