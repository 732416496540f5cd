/* SPDX-License-Identifier: MIT */
/*
 * world.h - which world a socket is in, and which one serves a destination
 */
#ifndef IX_SHIM_WORLD_H
#define IX_SHIM_WORLD_H

#include "shim/option/priv.h"

/* Locked. FRESH or BOTH -> STACK: its descriptors become placeholders. 0 or
 * -errno. */
int sock_to_stack(int fd, struct sock *s);
/* The same, not locked. */
int sock_leave_kernel(int fd, struct sock *s);
/* Not locked. -> KERNEL. Where fd is the only descriptor of s and nothing
 * watches it, the descriptor table forgets s, too. */
void sock_to_kernel(int fd, struct sock *s, enum why why);
/* STACK or BOTH, without an object of the stack -> FRESH: the descriptors
 * become a new socket of the kernel. 0 or -errno. */
int sock_to_fresh(int fd, struct sock *s);

/* Who serves this destination: 1: the stack, as its own address; 2: the stack,
 * by its routes; 0: the kernel. */
int sock_route(const struct ix_addr *ip);
/* Do privileges and settings of the kernel let this program bind the port? */
bool sock_port_allowed(uint16_t port);
/* As on Linux, a wildcard as destination means this host: replace it by the
 * address to which s is bound, or loopback. */
void sock_here(const struct sock *s, struct endpoint *to);

/* What getsockname() tells of s, to which fd refers, on the stack's side. */
struct endpoint sock_local_name(int fd, struct sock *s);
/* Is s connected? Its peer is priv->peer. */
bool sock_has_peer(int fd, struct sock *s);
/* If s is bound to a wildcard, can a peer reach it through the stack? */
bool sock_reachable(const struct sock *s);
/* May the stack, which has a route to ip, send there for s? Not if s is bound
 * to an interface (SO_BINDTODEVICE) that only the kernel has; by lo only to own
 * addresses. */
bool sock_reach(const struct sock *s, const struct ix_addr *ip);

#endif
