/* SPDX-License-Identifier: MIT */
/*
 * frag.h - IPv4 reassembly
 */
#ifndef IX_NET_FRAG_H
#define IX_NET_FRAG_H

#include <rte_ip.h>

#include "base/units.h"
#include "net/common/state.h"

#define FRAG_DATAGRAMS 64 /* in reassembly at a time */
#define FRAG_PIECES 256	  /* of one datagram, with gaps between them */
#define FRAG_MBUFS 1024	  /* in all, or a quarter of a small pool */
#define FRAG_TIMEOUT_NS (30 * (uint64_t)NSEC_PER_SEC)

/* Fragments that follow one another, as one. */
struct frag_piece {
	struct rte_mbuf *m; /* data begins at the IP header of the first */
	uint16_t off, len;  /* of the payload */
	uint16_t hlen;
};

struct frag_datagram {
	struct timer timer;
	uint32_t src, dst;
	uint16_t ident;
	uint8_t proto;
	uint8_t used;
	uint16_t npieces;
	uint16_t mbufs; /* of them all */
	uint32_t have;	/* bytes received */
	uint32_t total; /* bytes of the datagram; 0: not known yet */
	struct frag_piece piece[FRAG_PIECES]; /* by offset */
};

struct frag_table {
	uint32_t mbufs; /* held */
	struct frag_datagram datagram[FRAG_DATAGRAMS];
};

/*
 * m: one fragment, data at its IP header, trimmed to the datagram. Takes m
 * over. Returns the whole datagram, its data at the IP header of the first
 * fragment (total_length is not updated), or NULL.
 */
struct rte_mbuf *frag_input(struct net *n, struct rte_mbuf *m,
			    const struct rte_ipv4_hdr *ip, uint16_t hlen);
void frag_fini(struct net *n);

#endif
