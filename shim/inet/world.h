/* SPDX-License-Identifier: MIT */
/*
 * world.h - which world a socket is in, and which a destination
 */
#ifndef IX_SHIM_WORLD_H
#define IX_SHIM_WORLD_H

#include "shim/option/priv.h"

/* Locked. FRESH or BOTH -> STACK: the descriptors become placeholders. 0, -errno */
int sock_to_stack(int fd, struct sock *s);
/* The same, not locked. */
int sock_leave_kernel(int fd, struct sock *s);
/* Not locked. -> KERNEL, and as far as possible off our books. */
void sock_to_kernel(int fd, struct sock *s, enum why why);
/* STACK or BOTH, without an object of the stack -> FRESH: the descriptors
 * become a new socket of the kernel. 0, -errno */
int sock_to_fresh(int fd, struct sock *s);

/* 1, 2: the stack serves the destination; 0: the kernel. */
int sock_route(const struct ix_addr *ip);
/* May this program bind the port, as the kernel sees it? */
bool sock_port_allowed(uint16_t port);
/* A destination that is any address is this host, as Linux has it: the address
 * of the socket itself, or loopback. */
void sock_here(const struct sock *s, struct endpoint *to);

/* The name of s, which fd is, on the stack: of a connection, or as bound. */
struct endpoint sock_local_name(int fd, struct sock *s);
/* Has it a peer, priv->peer? */
bool sock_has_peer(int fd, struct sock *s);
/* Could a peer of the stack reach a wildcard of this socket? */
bool sock_reachable(const struct sock *s);
/* Does the way from s to ip, which is routed, begin on our side? Not if s is
 * bound to an interface of the kernel alone. */
bool sock_reach(const struct sock *s, const struct ix_addr *ip);

#endif
