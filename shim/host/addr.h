/* SPDX-License-Identifier: MIT */
/*
 * addr.h - socket addresses as those of the stack (IPv4 as v4-mapped IPv6)
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

/* The wildcard: 0.0.0.0 for AF_INET, else ::. */
struct ix_addr addr_any(int family);
/* 127.0.0.1 if v4, else ::1. */
struct ix_addr addr_loopback(bool v4);

/*
 * Read a socket address that was given to a socket of this family, as
 * connect() of streams takes it. 0, -EINVAL (too short or too long),
 * -EAFNOSUPPORT (out is filled as if it were of the socket's family).
 */
int addr_parse(const struct sockaddr *sa, socklen_t len, int family,
	       struct endpoint *out);
/* ... as bind() does: 0.0.0.0 may have the family AF_UNSPEC. */
int addr_parse_bind(const struct sockaddr *sa, socklen_t len, int family,
		    struct endpoint *out);
/* ... as connect() of datagrams does: an AF_INET6 socket takes AF_INET, too. */
int addr_parse_dgram(const struct sockaddr *sa, socklen_t len, int family,
		     struct endpoint *out);
/* ... as sendto() of datagrams does: AF_UNSPEC counts as AF_INET on an AF_INET
 * socket, and as no address on an AF_INET6 socket (-EDESTADDRREQ), which
 * answers -EINVAL to other families. */
int addr_parse_to(const struct sockaddr *sa, socklen_t len, int family,
		  struct endpoint *out);
/*
 * Write a socket address of this family to the *len bytes at sa, truncated if
 * it is longer; *len becomes its whole length, as with accept(2). sa NULL: do
 * nothing.
 */
void addr_show(const struct endpoint *from, int family, struct sockaddr *sa,
	       socklen_t *len);

/* An IPv4 address as a number in host order. */
uint32_t addr_number(const struct ix_addr *ip);

/* Is it 255.255.255.255, or the broadcast address of a network of the stack or
 * of its loopback? */
bool addr_is_broadcast(const struct ix_info *info, const struct ix_addr *ip);
/* Index of ip among the stack's own addresses, or -1. */
int addr_own(const struct ix_info *info, const struct ix_addr *ip);
/* Index of the own address that is the source of packets to ip, or
 * IX_LIP_LOOPBACK. */
uint32_t addr_source(const struct ix_info *info, const struct ix_addr *ip);
/* The own address that lip, an index or IX_LIP_LOOPBACK, stands for. peer: the
 * other end, whose family decides which loopback address it is. */
const struct ix_addr *addr_local(const struct ix_info *info, uint32_t lip,
				 const struct ix_addr *peer);

#endif
