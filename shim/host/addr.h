/* SPDX-License-Identifier: MIT */
/*
 * addr.h - socket addresses and the stack's (IPv4 as v4-mapped IPv6)
 */
#ifndef IX_SHIM_ADDR_H
#define IX_SHIM_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "base/addr.h"
#include "ix/abi.h"

struct endpoint {
	struct ix_addr ip;
	uint16_t port; /* host order */
};

/* 0.0.0.0 for AF_INET, :: else */
struct ix_addr addr_any(int family);
/* 127.0.0.1, else ::1 */
struct ix_addr addr_loopback(bool v4);

/*
 * Read a socket address that was given to a socket of this family, as
 * connect() of streams takes it. 0, -EINVAL (too short or too long),
 * -EAFNOSUPPORT (out is filled as if it were of the socket's family).
 */
int addr_parse(const struct sockaddr *sa, socklen_t len, int family,
	       struct endpoint *out);
/* ... as bind() does: any address of IPv4 may have no family. */
int addr_parse_bind(const struct sockaddr *sa, socklen_t len, int family,
		    struct endpoint *out);
/* ... as connect() of datagrams does: IPv4 names on sockets of IPv6 too. */
int addr_parse_dgram(const struct sockaddr *sa, socklen_t len, int family,
		     struct endpoint *out);
/* ... as sendto() does: a name without a family is one of IPv4, and none on a
 * socket of IPv6 (-EDESTADDRREQ). */
int addr_parse_to(const struct sockaddr *sa, socklen_t len, int family,
		  struct endpoint *out);
/*
 * Write one as the family shows it; cut off at *len, which becomes the whole
 * length, as accept(2) and others do. sa may be NULL.
 */
void addr_show(const struct endpoint *from, int family, struct sockaddr *sa,
	       socklen_t *len);

/* IPv4: in host order. */
uint32_t addr_number(const struct ix_addr *ip);

/* 255.255.255.255, or that of a network of the stack or of its loopback. */
bool addr_is_broadcast(const struct ix_info *info, const struct ix_addr *ip);
/* Index of the stack's own address, or -1. */
int addr_own(const struct ix_info *info, const struct ix_addr *ip);
/* Index of the own address that packets to ip carry, or IX_LIP_LOOPBACK. */
uint32_t addr_source(const struct ix_info *info, const struct ix_addr *ip);
/* The address that an event's lip names; peer: with whom. */
const struct ix_addr *addr_local(const struct ix_info *info, uint32_t lip,
				 const struct ix_addr *peer);

#endif
