/* SPDX-License-Identifier: MIT */
/*
 * tcp_info.h - TCP_INFO, apart because linux/tcp.h and netinet/tcp.h clash
 */
#ifndef IX_SHIM_TCP_INFO_H
#define IX_SHIM_TCP_INFO_H

#include "shim/object/sock.h"

#define TCP_INFO_MAX 512 /* bytes; it grows with the kernel */

struct info_about {
	socklen_t size;		   /* bytes that the kernel returns */
	uint32_t waiting, backlog; /* a listener's connections */
};

/* Locked. Fill a struct tcp_info of at most room bytes; bytes filled. */
socklen_t tcp_info_get(const struct sock *s, const struct info_about *about,
		       void *out, socklen_t room);
/* Add the connections that wait on the stack's side of a listener to what the
 * kernel told of its half (len bytes at out). */
void tcp_info_add(const struct info_about *about, void *out, socklen_t len);

#endif
