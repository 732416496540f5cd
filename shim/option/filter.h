/* SPDX-License-Identifier: MIT */
/*
 * filter.h - SO_ATTACH_FILTER of datagram sockets
 */
#ifndef IX_SHIM_FILTER_H
#define IX_SHIM_FILTER_H

#include <linux/filter.h>
#include <stdint.h>
#include <sys/socket.h>

#include "ix/libix.h"

/* A program, as the kernel has found it well-formed. */
struct filter_prog {
	uint32_t len;
	struct sock_filter insn[BPF_MAXINSNS];
};

/* A datagram as programs see it: from its UDP header on. */
struct filter_packet {
	const struct ix_rx *first;
	uint16_t lport;
	uint8_t ip[20], udp[8]; /* headers as they were, nearly */
	uint32_t len;		/* UDP header included */
};

void filter_packet(struct filter_packet *p, const struct ix_udp *u,
		   const struct ix_rx *first);
/* How many bytes of p are let through; 0: it is dropped. */
uint32_t filter_run(const struct filter_prog *prog,
		    const struct filter_packet *p);

struct shim_root;
struct sock;

void filter_pools_init(struct shim_root *r);

/* Not locked. SO_ATTACH_FILTER and SO_DETACH_FILTER; kfd: a socket of the
 * kernel that has the last word on it. 0, -errno. */
int filter_set(struct sock *s, int kfd, int name, const void *val,
	       socklen_t len);
/* Set it on a socket of the kernel. */
void filter_copy(const struct sock *s, int kfd);
/* s goes. */
void filter_drop(struct sock *s);
/* Locked. Bytes of payload that are let through, as admit() has it. */
uint32_t filter_admit(struct ix_udp *u, const struct ix_rx *first);

#endif
