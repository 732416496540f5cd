// SPDX-License-Identifier: MIT
/* opt-bool - switches of SOL_SOCKET on sockets of every kind: any number but 0 is 1, and off again. */
#include "kinds.h"

static const int names[] = { SO_KEEPALIVE, SO_REUSEADDR,   SO_BROADCAST,
			     SO_OOBINLINE, SO_DONTROUTE,   SO_TIMESTAMP,
			     SO_NO_CHECK,  SO_TIMESTAMPNS, SO_RXQ_OVFL,
			     SO_REUSEPORT, SO_ZEROCOPY,	   SO_SELECT_ERR_QUEUE,
			     SO_NOFCS,	   SO_WIFI_STATUS };

static void switches(struct role *r, struct made *m)
{
	(void)r;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		int name = names[i], on = name == SO_ZEROCOPY ? 1 : 0x700;

		/* 6.x: sockets that have been bound with it stay so */
		if (get_int(m->fd, SOL_SOCKET, name) != 0)
			set_int(m->fd, SOL_SOCKET, name, 0);
		about("kind %d, option %d", m->kind, name);
		GIVES(get_int(m->fd, SOL_SOCKET, name), 0);
		set_int(m->fd, SOL_SOCKET, name, on);
		GIVES(get_int(m->fd, SOL_SOCKET, name), 1);
		set_int(m->fd, SOL_SOCKET, name, 0);
		GIVES(get_int(m->fd, SOL_SOCKET, name), 0);
	}
	FAILS(setsockopt(m->fd, SOL_SOCKET, SO_ZEROCOPY, &(int){ 2 }, 4),
	      EINVAL);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, switches);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
