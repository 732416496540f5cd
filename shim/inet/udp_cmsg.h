/* SPDX-License-Identifier: MIT */
/*
 * udp_cmsg.h - control messages of datagrams
 */
#ifndef IX_SHIM_UDP_CMSG_H
#define IX_SHIM_UDP_CMSG_H

#include <time.h>

#include "shim/option/priv.h"

/* What the control messages of m ask for goes into `to`; 0, -errno. */
int udp_cmsg_send(const struct sock *s, const struct msghdr *m,
		  struct ix_udp_to *to);
/* What a receiver asked for about a datagram; piece: of how many bytes each are
 * those that were put together, else 0. */
void udp_cmsg_recv(const struct sock *s, struct msghdr *m,
		   const struct ix_rx *from, int piece);
/* The time of day of a time of the dataplane's clock. */
struct timespec udp_day_time(uint64_t at_ns);

/* The parts of udp_cmsg_recv() that errors have too. */
struct dgram_about {
	uint32_t lip;
	struct ix_addr peer;
	uint8_t ttl, tos;
	bool is_error;
};
void cmsg_put_stamps(const struct sock *s, struct msghdr *m, size_t *used,
		     uint64_t at_ns);
void cmsg_put_about(const struct sock *s, struct msghdr *m, size_t *used,
		    const struct dgram_about *d);

#endif
