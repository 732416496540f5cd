// SPDX-License-Identifier: MIT
/* connect-timeo - SO_SNDTIMEO bounds a blocking connect(). */
#include <sys/time.h>

#include "roles.h"

static void subject(struct role *r)
{
	struct timeval limit = { .tv_usec = 300000 };
	union addr a = nobody(r, 9);
	int fd = tcp_socket(r);
	uint64_t start = now_ms();

	OK(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)));
	FAILS(connect(fd, &a.sa, addr_len(&a)), EINPROGRESS);
	took(start, 300, "the bounded connect()");
	close(fd);
}

static void helper(struct role *r)
{
	(void)r;
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
