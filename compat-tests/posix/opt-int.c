// SPDX-License-Identifier: MIT
/* opt-int - numbers of SOL_SOCKET on sockets of every kind read as they were set. */
#include "kinds.h"

static const struct {
	int name;
	int values[3];
} options[] = {
	{ SO_PRIORITY, { 0, 6, 7 } },
	{ SO_MARK, { 0, 7, INT32_MAX } },
	{ SO_RCVLOWAT, { 1, 2, 100 } },
	{ SO_BUSY_POLL, { 0, 1, 50 } },
};

static void numbers(struct role *r, struct made *m)
{
	(void)r;
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		int name = options[i].name;

		about("kind %d, option %d", m->kind, name);
		GIVES(get_int(m->fd, SOL_SOCKET, name), options[i].values[0]);
		for (int k = 1; k < 3; k++) {
			int value = options[i].values[k];

			set_int(m->fd, SOL_SOCKET, name, value);
			GIVES(get_int(m->fd, SOL_SOCKET, name), value);
		}
	}
	set_int(m->fd, SOL_SOCKET, SO_RCVLOWAT, 0);
	GIVES(get_int(m->fd, SOL_SOCKET, SO_RCVLOWAT), 1);
	set_int(m->fd, SOL_SOCKET, SO_RCVLOWAT, -1);
	if (is_of(m, OF_UDP))
		GIVES(get_int(m->fd, SOL_SOCKET, SO_RCVLOWAT), INT32_MAX);
	else /* half of what the buffer may grow to */
		CHECK(get_int(m->fd, SOL_SOCKET, SO_RCVLOWAT) > 100);
	GIVES(get_int(m->fd, SOL_SOCKET, SO_SNDLOWAT), 1);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, numbers);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
