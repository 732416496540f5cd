// SPDX-License-Identifier: MIT
/* tcp-info-length - TCP_INFO gives as much as there is room for, and at most what the kernel has. */
#include <netinet/tcp.h>

#include "kinds.h"

static void lengths(struct role *r, struct made *m)
{
	unsigned char big[1024];
	socklen_t len = sizeof(big), most;

	(void)r;
	memset(big, 0xee, sizeof(big));
	OK(getsockopt(m->fd, IPPROTO_TCP, TCP_INFO, big, &len));
	CHECK(len >= 232 && len <= 400); /* grows with the kernel */
	most = len;
	GIVES(big[most], 0xee);
	for (len = 0; len <= most; len += 13) {
		socklen_t got = len;

		memset(big, 0xee, sizeof(big));
		OK(getsockopt(m->fd, IPPROTO_TCP, TCP_INFO, big, &got));
		GIVES(got, len);
		GIVES(big[len], 0xee);
	}
	len = (socklen_t)-1;
	FAILS(getsockopt(m->fd, IPPROTO_TCP, TCP_INFO, big, &len), EINVAL);
	FAILS(setsockopt(m->fd, IPPROTO_TCP, TCP_INFO, big, 104), ENOPROTOOPT);
}

static void subject(struct role *r)
{
	each_kind(r, OF_TCP, lengths);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
