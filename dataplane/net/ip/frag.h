/* SPDX-License-Identifier: MIT */
/*
 * frag.h - IPv4 reassembly
 */
#ifndef IX_NET_FRAG_H
#define IX_NET_FRAG_H

#include <rte_ip.h>

#include "base/units.h"
#include "net/common/state.h"

#define FRAG_DATAGRAMS 64 /* being reassembled at a time */
#define FRAG_PIECES 256	  /* of one datagram, with gaps between them */
#define FRAG_MBUFS 1024	  /* held at most; or a quarter of a small pool */
#define FRAG_TIMEOUT_NS (30 * (uint64_t)NSEC_PER_SEC)

/* Fragments without a gap between them, joined in one mbuf chain. */
struct frag_piece {
	struct rte_mbuf *m; /* data begins at the IP header of the first */
	uint16_t off, len;  /* of the payload in the datagram, bytes */
	uint16_t hlen;	    /* bytes of the first fragment's IP header */
};

struct frag_datagram {
	struct timer timer;
	uint32_t src, dst;
	uint16_t ident;
	uint8_t proto;
	uint8_t used;
	uint16_t npieces;
	uint16_t mbufs; /* in all pieces */
	uint32_t have;	/* payload bytes received */
	uint32_t total; /* payload bytes of the datagram; 0: not known yet */
	struct frag_piece piece[FRAG_PIECES]; /* sorted by off */
};

struct frag_table {
	uint32_t mbufs; /* in all datagrams */
	struct frag_datagram datagram[FRAG_DATAGRAMS];
};

/*
 * m: a fragment, whose data begins at its IP header ip and has no Ethernet
 * padding. Takes m over. Returns the datagram once it is complete, its data at
 * the IP header of the first fragment (total_length is not updated), else NULL.
 */
struct rte_mbuf *frag_input(struct net *n, struct rte_mbuf *m,
			    const struct rte_ipv4_hdr *ip, uint16_t hlen);
void frag_fini(struct net *n);

#endif
