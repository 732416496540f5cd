/* SPDX-License-Identifier: MIT */
/*
 * ip_deliver.h - the protocols above IP, and the one way to them
 */
#ifndef IX_NET_IP_DELIVER_H
#define IX_NET_IP_DELIVER_H

#include "net/common/ip_packet.h"

/*
 * A protocol above IP, as IP sees it. struct net.upper points to the table of
 * them, which whoever puts the stack together (net.c) writes down; the busiest
 * one is the first, and an entry without input ends it.
 */
struct ip_upper {
	uint8_t proto;
	uint8_t unicast;  /* drop what came by broadcast */
	uint8_t pseudo;	  /* check the sum with the pseudo header (RFC 1071) */
	uint8_t hdr_min;  /* bytes of a header that are contiguous, at least, */
	uint8_t hdr_most; /* and as far as the packet has them */
	/* m's data begins at L4; takes m over. */
	void (*input)(struct net *n, struct rte_mbuf *m,
		      const struct ip_rx *rx);
	/* A packet of ours did not arrive. NULL: nobody wants to know. */
	void (*error)(struct net *n, const struct ip_error *e);
	/* The elastic thread that sent what goes from the first address and
	 * port to the second ones; n's own where nobody knows. NULL: likewise. */
	uint32_t (*sender)(struct net *n, const struct ix_addr *lip,
			   uint16_t lport, const struct ix_addr *rip,
			   uint16_t rport);
};

/* The entry of proto, or NULL. */
static inline const struct ip_upper *ip_upper(const struct net *n,
					      uint8_t proto)
{
	const struct ip_upper *u = n->upper;

	while (u->proto != proto && u->input)
		u++;
	return likely(u->input != NULL) ? u : NULL;
}

/* m's data begins at L4. Takes m over. */
void ip_deliver(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx);

/* Is the checksum of TCP or UDP right, which covers the pseudo header? */
int ip_l4_cksum_ok(const struct rte_mbuf *m, const struct ip_rx *rx);

#endif
