// SPDX-License-Identifier: MIT
/*
 * relay_name.c - what a relayed connection says of its addresses
 *
 * The two ends of the stream are bound to abstract names that hold the
 * connection's addresses. The shim of the program that inherits or receives it
 * shows those; without the shim it is a unix socket with odd names.
 */
#include <string.h>
#include <sys/random.h>
#include <sys/un.h>
#include <unistd.h>

#include "libix/share/usermem.h"
#include "shim/front/calls.h"
#include "shim/host/host.h"
#include "shim/relay/relay.h"

/* In sun_path: this, a number that makes it unique, the address. */
static const char tag[] = "\0ix-relay:";
#define TAG_LEN (sizeof(tag) - 1)
#define ADDR_AT (TAG_LEN + sizeof(uint64_t))
#define NAME_LEN(addr_len)                                               \
	((socklen_t)(offsetof(struct sockaddr_un, sun_path) + ADDR_AT) + \
	 (addr_len))

static void name_end(int end, const struct sockaddr_storage *addr,
		     socklen_t len)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	memcpy(un.sun_path, tag, TAG_LEN);
	memcpy(un.sun_path + ADDR_AT, addr, len);
	if (getrandom(un.sun_path + TAG_LEN, sizeof(uint64_t), 0) > 0)
		host.bind(end, (struct sockaddr *)&un, NAME_LEN(len));
}

void relay_name_pair(int fd, const int pair[2])
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof(addr);

	if (call_getsockname(fd, (struct sockaddr *)&addr, &len) == 0)
		name_end(pair[0], &addr, len);
	len = sizeof(addr);
	if (call_getpeername(fd, (struct sockaddr *)&addr, &len) == 0)
		name_end(pair[1], &addr, len);
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
	int rc;

	/* where that fails the kernel says so */
	(void)ix_user_get(&room, len, sizeof(room));
	rc = real(fd, addr, len);
	if (rc < 0 || room < sizeof(sa_family_t) || addr->sa_family != AF_UNIX)
		return rc;
	if (real(fd, (struct sockaddr *)&un, &n) < 0 || n <= NAME_LEN(0) ||
	    memcmp(un.sun_path, tag, TAG_LEN) != 0 || !believed(fd))
		return rc;
	*len = n - NAME_LEN(0);
	memcpy(addr, un.sun_path + ADDR_AT, room < *len ? room : *len);
	return rc;
}
