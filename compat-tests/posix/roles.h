/* SPDX-License-Identifier: MIT */
/*
 * roles - two processes that test one POSIX behaviour over the network.
 *
 *	PROGRAM server IP PORT CLIENT_IP
 *	PROGRAM client IP PORT CLIENT_IP
 *
 * IP is the server's. The two first make a control connection on PORT, which
 * keeps them in step; what is tested uses PORT + 1 and up. Each behaviour has
 * a *subject*, which shows it, and a *helper*, which provokes it. roles_main()
 * lets first the client, then the server be the subject, so that both an IX
 * client and an IX server are tried.
 *
 * A program exits 0, or prints what was wrong and exits 1.
 */
#ifndef IX_POSIX_ROLES_H
#define IX_POSIX_ROLES_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "check.h"

union addr {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* What a role knows. */
struct role {
	int ctl; /* to the other process */
	bool server;
	union addr self;  /* own address, port 0 */
	union addr other; /* the other's address, port 0 */
	uint16_t port;	  /* the first free one, the same on both sides */
};

typedef void role_fn(struct role *r);
typedef void conn_fn(struct role *r, int fd);

/* Both orders: subject against helper, in either place. */
int roles_main(int argc, char **argv, role_fn *subject, role_fn *helper);

/* The same, each with one end of a fresh TCP connection, which is closed
 * after; either may have closed it (then it must not be open any more). */
int conn_main(int argc, char **argv, conn_fn *subject, conn_fn *helper);

/* The same, with UDP sockets bound to an address each. */
int udp_main(int argc, char **argv, conn_fn *subject, conn_fn *helper);

/* A subject that needs nobody else, first on the one side, then on the other. */
int alone_main(int argc, char **argv, role_fn *subject);

/* Waits until both have come here; `step` must agree. */
void meet(struct role *r, char step);

/* A 32-bit number from one to the other. */
void tell(struct role *r, uint32_t number);
uint32_t hear(struct role *r);

/* Ports: each call of either makes the same number on both sides. */
uint16_t next_port(struct role *r);

union addr with_port(const union addr *a, uint16_t port);
uint16_t port_of(const union addr *a);
bool same_addr(const union addr *a, const union addr *b);
socklen_t addr_len(const union addr *a);
union addr wildcard(const union addr *like);

/* An address on the link that no host has. */
union addr nobody(const struct role *r, uint16_t port);

int tcp_socket(const struct role *r);
int udp_socket(const struct role *r);

/* A socket that listens on own address; with port 0 any. */
int listen_on(struct role *r, uint16_t port, int backlog);
int connect_to(struct role *r, uint16_t port);
/* Connect, get this text and the end. */
void fetch_text(struct role *r, uint16_t port, const char *text);

/* The helper of a listener that has a guard: after step 'l' it is kept out; after
 * 'n' and 'o' the guard is gone, it is let in and waits for the end. */
void kept_out_then_in(struct role *r);

/* One end each: call both at a time. */
int pair_active(struct role *r, uint16_t port);
int pair_passive(struct role *r, uint16_t port);

/* One end of a fresh connection each; the client of the roles connects. */
int pair(struct role *r);

#endif
