// SPDX-License-Identifier: MIT
/* opt-ip - options of IPPROTO_IP on sockets of every kind read as they were set; those out of range are refused. */
#include "kinds.h"

static const struct int_option options[] = {
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
	try_int_options(m, IPPROTO_IP, options,
			sizeof(options) / sizeof(*options));
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
