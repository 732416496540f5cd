// SPDX-License-Identifier: MIT
/* opt-tcp - options of IPPROTO_TCP in every state of a stream: what is set is read, what is out of range refused. */
#include <netinet/tcp.h>

#include "kinds.h"

static const struct {
	int name;
	int good[2];
	int bad; /* 0: there is none */
} options[] = {
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
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		int name = options[i].name;

		about("kind %d, option %d", m->kind, name);
		for (int k = 0; k < 2; k++) {
			set_int(m->fd, IPPROTO_TCP, name, options[i].good[k]);
			GIVES(get_int(m->fd, IPPROTO_TCP, name),
			      options[i].good[k]);
		}
		if (options[i].bad)
			FAILS(setsockopt(m->fd, IPPROTO_TCP, name,
					 &options[i].bad, 4),
			      EINVAL);
	}
}

static void subject(struct role *r)
{
	each_kind(r, OF_TCP, each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
