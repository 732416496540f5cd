// SPDX-License-Identifier: MIT
/* sendfile-device - sendfile() reads a character device as it does a file. */
#include <sys/sendfile.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	int zero = open("/dev/zero", O_RDONLY);

	OK(zero);
	GIVES(sendfile(fd, zero, NULL, 1000), 1000);
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
