// SPDX-License-Identifier: MIT
/*
 * relay_name.c - what a relayed connection says of its addresses
 *
 * The two ends of the stream are bound to abstract names that hold the
 * connection's addresses. The shim of the program that inherits or receives it
 * shows those; without the shim it is a unix socket with odd names.
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/un.h>
#include <unistd.h>

#include "libix/share/usermem.h"
#include "shim/host/addr.h"
#include "shim/host/host.h"
#include "shim/inet/world.h"
#include "shim/option/priv.h"
#include "shim/relay/relay_name.h"

/* In sun_path: this, a number that makes it unique, the address. */
static const char tag[] = "\0ix-relay:";
#define TAG_LEN (sizeof(tag) - 1)
#define ADDR_AT (TAG_LEN + sizeof(uint64_t))
#define NAME_LEN(addr_len)                                               \
	((socklen_t)(offsetof(struct sockaddr_un, sun_path) + ADDR_AT) + \
	 (addr_len))

static void name_end(int end, const struct endpoint *ep, int family)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_storage addr;
	socklen_t len = sizeof(addr);

	addr_show(ep, family, (struct sockaddr *)&addr, &len);
	memcpy(un.sun_path, tag, TAG_LEN);
	memcpy(un.sun_path + ADDR_AT, &addr, len);
	if (getrandom(un.sun_path + TAG_LEN, sizeof(uint64_t), 0) > 0)
		host.bind(end, (struct sockaddr *)&un, NAME_LEN(len));
}

void relay_name_pair(int fd, struct sock *s, const int pair[2])
{
	struct endpoint own = sock_local_name(fd, s);

	name_end(pair[0], &own, s->family);
	if (sock_has_peer(fd, s))
		name_end(pair[1], &s->priv->peer, s->family);
}

/* Anybody may bind to such a name: only root and our own user are believed. */
static bool believed(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return host.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	       (peer.uid == 0 || peer.uid == geteuid());
}

int relay_name(name_fn *real, int fd, struct sockaddr *addr, socklen_t *len)
{
	struct sockaddr_un un = { 0 };
	socklen_t n = sizeof(un), room = 0;

	/* where that fails the kernel says so */
	(void)ix_user_get(&room, len, sizeof(room));
	if (real(fd, addr, len) < 0)
		return -errno;
	if (room < sizeof(sa_family_t) || addr->sa_family != AF_UNIX)
		return 0;
	if (real(fd, (struct sockaddr *)&un, &n) < 0 || n <= NAME_LEN(0) ||
	    memcmp(un.sun_path, tag, TAG_LEN) != 0 || !believed(fd))
		return 0;
	*len = n - NAME_LEN(0);
	memcpy(addr, un.sun_path + ADDR_AT, room < *len ? room : *len);
	return 0;
}
