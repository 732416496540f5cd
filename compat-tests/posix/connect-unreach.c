// SPDX-License-Identifier: MIT
/* connect-unreach - an address on the link that nobody has is EHOSTUNREACH after a few seconds. */
#include "roles.h"

static void subject(struct role *r)
{
	union addr a = nobody(r, 9);
	int fd = tcp_socket(r);
	uint64_t start = now_ms();

	FAILS(connect(fd, &a.sa, addr_len(&a)), EHOSTUNREACH);
	CHECK(now_ms() - start < 10000);
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
