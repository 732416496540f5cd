// SPDX-License-Identifier: MIT
/* bind-devices - sockets of two interfaces may have one port each; one of an interface and one of none may not. */
#include <net/if.h>

#include "kinds.h"

/* The two first that there are; lo is one. */
static void find_devices(char name[2][IF_NAMESIZE])
{
	struct if_nameindex *all = if_nameindex();
	int n = 0;

	CHECK(all);
	for (int i = 0; all[i].if_name && n < 2; i++)
		strcpy(name[n++], all[i].if_name);
	if_freenameindex(all);
	CHECK(n == 2);
}

static int on(int type, const char *device, bool share)
{
	int fd = socket(AF_INET, type, 0);

	set_int(fd, SOL_SOCKET, SO_REUSEPORT, share);
	if (device)
		OK(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
			      (socklen_t)strlen(device)));
	return fd;
}

static int binds(int fd, const union addr *a)
{
	return bind(fd, &a->sa, addr_len(a));
}

static void alone(struct role *r, int type, char dev[2][IF_NAMESIZE])
{
	union addr a = with_port(&r->self, 0);
	int one = on(type, dev[0], false), two = on(type, dev[1], false);

	about("type %d", type);
	OK(binds(one, &a));
	a = name_of(one);
	OK(binds(two, &a));
	FAILS(binds(on(type, dev[0], false), &a), EADDRINUSE);
	FAILS(binds(on(type, dev[1], true), &a), EADDRINUSE);
	FAILS(binds(on(type, NULL, false), &a), EADDRINUSE);
	OK(close(two));
	OK(binds(on(type, dev[1], true), &a));
	OK(binds(on(type, dev[1], true), &a));
}

static void subject(struct role *r)
{
	char dev[2][IF_NAMESIZE];

	find_devices(dev);
	alone(r, SOCK_STREAM, dev);
	alone(r, SOCK_DGRAM, dev);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
