// SPDX-License-Identifier: MIT
/* opt-tcp - options of IPPROTO_TCP in every state of a stream: what is set is read, what is out of range refused. */
#include <netinet/tcp.h>

#include "kinds.h"

static const struct int_option options[] = {
	{ TCP_NODELAY, { 1, 0 }, 0 },
	{ TCP_CORK, { 1, 0 }, 0 },
	{ TCP_KEEPIDLE, { 1, 32767 }, 32768 },
	{ TCP_KEEPINTVL, { 1, 32767 }, 32768 },
	{ TCP_KEEPCNT, { 1, 127 }, 128 },
	{ TCP_SYNCNT, { 1, 127 }, 128 },
	{ TCP_USER_TIMEOUT, { 1, 60000 }, -1 },
	{ TCP_NOTSENT_LOWAT, { 1, 100000 }, 0 },
	{ TCP_INQ, { 1, 0 }, 2 },
	{ TCP_THIN_LINEAR_TIMEOUTS, { 1, 0 }, 2 },
	{ TCP_SAVE_SYN, { 1, 0 }, 3 },
};

static void each(struct role *r, struct made *m)
{
	(void)r;
	try_int_options(m, IPPROTO_TCP, options,
			sizeof(options) / sizeof(*options));
}

static void subject(struct role *r)
{
	each_kind(r, OF_TCP, each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
