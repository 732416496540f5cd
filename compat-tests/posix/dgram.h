/* SPDX-License-Identifier: MIT */
/*
 * dgram - short words for UDP between the two roles' sockets.
 */
#ifndef IX_POSIX_DGRAM_H
#define IX_POSIX_DGRAM_H

#include "roles.h"

/* Both roles bind the same port. */
static inline union addr peer_addr(struct role *r, int fd)
{
	union addr me;
	socklen_t len = sizeof(me);

	OK(getsockname(fd, &me.sa, &len));
	return with_port(&r->other, port_of(&me));
}

static inline void send_to_peer(struct role *r, int fd, const void *buf,
				size_t len)
{
	union addr to = peer_addr(r, fd);

	GIVES(sendto(fd, buf, len, 0, &to.sa, addr_len(&to)), len);
}

#endif
