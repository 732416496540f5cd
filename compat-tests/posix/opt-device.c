// SPDX-License-Identifier: MIT
/* opt-device - SO_BINDTODEVICE and SO_BINDTOIFINDEX: unknown devices, the name read back, unbound again. */
#include <net/if.h>

#include "kinds.h"

#define IFINDEX 62 /* SO_BINDTOIFINDEX */

static void devices(struct role *r, struct made *m)
{
	char name[IFNAMSIZ] = "";
	socklen_t len = sizeof(name);
	int lo = (int)if_nametoindex("lo");

	(void)r;
	OK(getsockopt(m->fd, SOL_SOCKET, SO_BINDTODEVICE, name, &len));
	GIVES(len, 0);
	FAILS(setsockopt(m->fd, SOL_SOCKET, SO_BINDTODEVICE, "no-such", 7),
	      ENODEV);
	OK(setsockopt(m->fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	len = sizeof(name);
	OK(getsockopt(m->fd, SOL_SOCKET, SO_BINDTODEVICE, name, &len));
	GIVES(len, 3);
	CHECK(strcmp(name, "lo") == 0);
	GIVES(get_int(m->fd, SOL_SOCKET, IFINDEX), lo);
	len = 2;
	FAILS(getsockopt(m->fd, SOL_SOCKET, SO_BINDTODEVICE, name, &len),
	      EINVAL);
	OK(setsockopt(m->fd, SOL_SOCKET, SO_BINDTODEVICE, "", 1));
	GIVES(get_int(m->fd, SOL_SOCKET, IFINDEX), 0);
	set_int(m->fd, SOL_SOCKET, IFINDEX, lo);
	GIVES(get_int(m->fd, SOL_SOCKET, IFINDEX), lo);
	OK(setsockopt(m->fd, SOL_SOCKET, SO_BINDTODEVICE, "", 0));
	GIVES(get_int(m->fd, SOL_SOCKET, IFINDEX), 0);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, devices);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
