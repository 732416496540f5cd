/* SPDX-License-Identifier: MIT */
/*
 * ip_deliver.h - the table of protocols above IP, and delivery to them
 */
#ifndef IX_NET_IP_DELIVER_H
#define IX_NET_IP_DELIVER_H

#include "net/common/ip_packet.h"

/*
 * A protocol above IP, as IP sees it. struct net.upper points to the table of
 * them in net.c. The busiest protocol comes first; an entry without input ends
 * the table.
 */
struct ip_upper {
	uint8_t proto;
	uint8_t unicast;  /* drop packets to a broadcast address */
	uint8_t pseudo;	  /* IP checks the checksum with the pseudo header */
	uint8_t hdr_min;  /* bytes of the shortest header: less is dropped */
	uint8_t hdr_most; /* bytes made contiguous, if the packet has them */
	/* m's data begins at L4; takes m over. */
	void (*input)(struct net *n, struct rte_mbuf *m,
		      const struct ip_rx *rx);
	/* An error about a packet that we sent. NULL: errors are ignored. */
	void (*error)(struct net *n, const struct ip_error *e);
	/* The elastic thread that an error about a packet from lip:lport to
	 * rip:rport is for; n's own if it is not known. NULL: n's own. */
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

/* Pass m, whose data begins at L4, to the protocol that rx names. Takes m
 * over. */
void ip_deliver(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx);

/* Is the TCP or UDP checksum of m right? m's data begins at L4. */
int ip_l4_cksum_ok(const struct rte_mbuf *m, const struct ip_rx *rx);

#endif
