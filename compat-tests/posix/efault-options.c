// SPDX-License-Identifier: MIT
/* efault-options - values of options and their lengths that cannot be read or written, at every level. */
#include <netinet/tcp.h>

#include "badmem.h"
#include "kinds.h"

static const int options[][2] = {
	{ SOL_SOCKET, SO_RCVBUF },     { SOL_SOCKET, SO_LINGER },
	{ SOL_SOCKET, SO_RCVTIMEO },   { SOL_SOCKET, SO_KEEPALIVE },
	{ IPPROTO_IP, IP_TTL },	       { IPPROTO_IP, IP_PKTINFO },
	{ IPPROTO_TCP, TCP_NODELAY },  { IPPROTO_TCP, TCP_CONGESTION },
	{ IPPROTO_TCP, TCP_KEEPIDLE },
};

static void tries(struct made *m, void *bad, bool readable)
{
	char value[64];
	socklen_t len;

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		int level = options[i][0], name = options[i][1];

		if (level == IPPROTO_TCP && is_of(m, OF_UDP))
			continue;
		about("option %d of level %d at %p", name, level, bad);
		if (!readable)
			FAILS(setsockopt(m->fd, level, name, bad, 16), EFAULT);
		len = 16;
		FAILS(getsockopt(m->fd, level, name, bad, &len), EFAULT);
		FAILS(getsockopt(m->fd, level, name, value, bad), EFAULT);
	}
}

static void each(struct role *r, struct made *m)
{
	void *bad[5];

	(void)r;
	for (int i = unwritable(bad) - 1; i >= 0; i--)
		tries(m, bad[i], i == 4);
	GIVES(get_int(m->fd, SOL_SOCKET, SO_ERROR), 0);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
