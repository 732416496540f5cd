// SPDX-License-Identifier: MIT
/*
 * name.c - names of sockets as calls take and give them
 */
#include <errno.h>

#include "libix/share/usermem.h"
#include "shim/host/addr.h"
#include "shim/host/name.h"

int name_take(struct sockaddr_storage *to, const struct sockaddr *addr,
	      socklen_t len)
{
	if (len > sizeof(*to))
		return -EINVAL;
	return len ? ix_user_get(to, addr, len) : 0;
}

int name_put(const void *name, socklen_t n, struct sockaddr *addr,
	     socklen_t *len)
{
	socklen_t room;

	if (ix_user_get(&room, len, sizeof(room)) < 0)
		return -EFAULT;
	if ((int)room < 0)
		return -EINVAL;
	if (room > n)
		room = n;
	if (room && ix_user_put(addr, name, room) < 0)
		return -EFAULT;
	return ix_user_put(len, &n, sizeof(n));
}

int name_give(const struct endpoint *ep, int family, struct sockaddr *addr,
	      socklen_t *len)
{
	struct sockaddr_storage name;
	socklen_t n = sizeof(name);

	addr_show(ep, family, (struct sockaddr *)&name, &n);
	return name_put(&name, n, addr, len);
}
