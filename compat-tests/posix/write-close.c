// SPDX-License-Identifier: MIT
/* write-close - data written before close() arrives whole, then the end. */
#include "roles.h"

#define SIZE (1 << 20)

static void subject(struct role *r, int fd)
{
	(void)r;
	send_pattern(fd, SIZE);
	OK(close(fd));
}

static void helper(struct role *r, int fd)
{
	(void)r;
	recv_pattern(fd, SIZE);
	want_eof(fd);
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
