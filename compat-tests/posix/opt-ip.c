// SPDX-License-Identifier: MIT
/* opt-ip - options of IPPROTO_IP on sockets of every kind read as they were set; those out of range are refused. */
#include "kinds.h"

static const struct {
	int name;
	int good[2];
	int bad; /* 0: there is none */
} options[] = {
	{ IP_TTL, { 1, 255 }, 256 },
	{ IP_RECVTTL, { 1, 0 }, 0 },
	{ IP_RECVTOS, { 1, 0 }, 0 },
	{ IP_PKTINFO, { 1, 0 }, 0 },
	{ IP_RECVOPTS, { 1, 0 }, 0 },
	{ IP_RETOPTS, { 1, 0 }, 0 },
	{ IP_RECVERR, { 1, 0 }, 0 },
	{ IP_MTU_DISCOVER, { 2, 5 }, 6 },
	{ IP_MINTTL, { 1, 255 }, 256 },
	{ IP_FREEBIND, { 1, 0 }, 0 },
	{ IP_TRANSPARENT, { 1, 0 }, 0 },
	{ IP_BIND_ADDRESS_NO_PORT, { 1, 0 }, 0 },
	{ IP_TOS, { 0x10, 0x20 }, 0 },
	{ IP_RECVORIGDSTADDR, { 1, 0 }, 0 },
};

static void each(struct role *r, struct made *m)
{
	(void)r;
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		int name = options[i].name;

		about("kind %d, option %d", m->kind, name);
		for (int k = 0; k < 2; k++) {
			set_int(m->fd, IPPROTO_IP, name, options[i].good[k]);
			GIVES(get_int(m->fd, IPPROTO_IP, name),
			      options[i].good[k]);
		}
		if (options[i].bad)
			FAILS(setsockopt(m->fd, IPPROTO_IP, name,
					 &options[i].bad, 4),
			      EINVAL);
	}
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
