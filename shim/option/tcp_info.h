/* SPDX-License-Identifier: MIT */
/*
 * tcp_info.h - TCP_INFO, apart because linux/tcp.h and netinet/tcp.h clash
 */
#ifndef IX_SHIM_TCP_INFO_H
#define IX_SHIM_TCP_INFO_H

#include "shim/object/sock.h"

#define TCP_INFO_MAX 512 /* it grows with the kernel */

struct info_about {
	socklen_t size;		   /* that the kernel tells; <= TCP_INFO_MAX */
	uint32_t waiting, backlog; /* of a listener */
};

/* Locked. Fill a struct tcp_info of at most room bytes; bytes filled. */
socklen_t tcp_info_get(const struct sock *s, const struct info_about *about,
		       void *out, socklen_t room);
/* What waits on our side of a listener, to what the kernel told of its own. */
void tcp_info_add(const struct info_about *about, void *out, socklen_t len);

#endif
