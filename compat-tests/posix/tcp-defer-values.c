// SPDX-License-Identifier: MIT
/* tcp-defer-values - TCP_DEFER_ACCEPT reads as the seconds of the retransmissions that it stands for. */
#include <netinet/tcp.h>

#include "kinds.h"

static void values(struct role *r, struct made *m)
{
	static const int pairs[][2] = { { 0, 0 },   { 1, 1 }, { 2, 3 },
					{ 3, 3 },   { 4, 7 }, { 8, 15 },
					{ 30, 31 }, { -1, 0 } };

	(void)r;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		set_int(m->fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, pairs[i][0]);
		GIVES(get_int(m->fd, IPPROTO_TCP, TCP_DEFER_ACCEPT),
		      pairs[i][1]);
	}
}

static void subject(struct role *r)
{
	each_kind(r, OF_TCP, values);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
