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

/* A classic BPF program, which the kernel has checked. */
struct filter_prog {
	uint32_t len; /* instructions */
	struct sock_filter insn[BPF_MAXINSNS];
};

/* A datagram as filters see it: from its UDP header on. */
struct filter_packet {
	const struct ix_rx *first; /* its first piece */
	uint8_t ip[20], udp[8];	   /* headers, made up from what is known */
	uint32_t len;		   /* bytes, UDP header included */
};

void filter_packet(struct filter_packet *p, const struct ix_udp *u,
		   const struct ix_rx *first);
/* How many bytes of p the filter lets through; 0: it is dropped. */
uint32_t filter_run(const struct filter_prog *prog,
		    const struct filter_packet *p);

struct shim_root;
struct sock;

void filter_pools_init(struct shim_root *r);

/* Not locked. SO_ATTACH_FILTER and SO_DETACH_FILTER; kfd: a socket of the
 * kernel, which checks the program. 0, or -errno. */
int filter_set(struct sock *s, int kfd, int name, const void *val,
	       socklen_t len);
/* Set the filter of s on kfd, a socket of the kernel. */
void filter_copy(const struct sock *s, int kfd);
/* s is freed: so is its filter. */
void filter_drop(struct sock *s);
/* Locked. The admit() of struct ix_handlers: runs the filter of u on the
 * datagram that begins with first. Bytes of payload that it lets through, or
 * IX_ADMIT_ALL, or IX_ADMIT_NONE: the datagram is dropped. */
uint32_t filter_admit(struct ix_udp *u, const struct ix_rx *first);

#endif
