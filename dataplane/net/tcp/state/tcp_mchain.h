/* SPDX-License-Identifier: MIT */
/*
 * tcp_mchain.h - a list of one-segment mbufs, linked by mbuf.next
 *
 * Queues of received bytes are made of these. pkt_len and nb_segs of the mbufs
 * are not maintained.
 */
#ifndef IX_NET_TCP_MCHAIN_H
#define IX_NET_TCP_MCHAIN_H

#include <rte_mbuf.h>
#include <stdint.h>

struct mchain {
	struct rte_mbuf *head, *tail;
	uint32_t len;  /* bytes */
	uint32_t segs; /* mbufs */
};

/* Make a list of the segments of m, which it takes over; empty ones are
 * freed. */
void mchain_from(struct mchain *c, struct rte_mbuf *m);
void mchain_free(struct mchain *c);
/* Drop bytes at the front (back), or all if there are fewer. */
void mchain_trim_front(struct mchain *c, uint32_t bytes);
void mchain_trim_back(struct mchain *c, uint32_t bytes);
/* Append b to a; b is empty afterwards. */
void mchain_join(struct mchain *a, struct mchain *b);
/* The same, but the first mbufs of b are copied into the tailroom of a's last
 * mbuf, as long as they fit, and freed. Returns how many were. */
uint32_t mchain_pack(struct mchain *a, struct mchain *b);
/* Would mchain_pack() free an mbuf? */
int mchain_packs(const struct mchain *a, const struct mchain *b);
/* Copy all but the first skip bytes into mbufs of pool; 0 or -ENOBUFS. */
int mchain_clone(struct mchain *to, const struct mchain *c, uint32_t skip,
		 struct rte_mempool *pool);
/* Free the first mbuf, which is not empty. */
void mchain_pop(struct mchain *c);

#endif
