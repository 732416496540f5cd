/* SPDX-License-Identifier: MIT */
/*
 * flow.h - which elastic thread a flow belongs to, and the way there
 *
 * The Toeplitz hash of a flow, as network cards compute it (RSS), selects its
 * group, and the table of groups the elastic thread that owns the group. A
 * packet that arrives at another elastic thread is handed over: copied into a
 * ring with one writer and one reader, so that no mbuf is ever used outside its
 * own elastic thread (docs/adr/0005). Nothing here takes a lock; the table of
 * groups is written at start only.
 */
#ifndef IX_NET_FLOW_H
#define IX_NET_FLOW_H

#include "net/common/ip_packet.h"

struct arena; /* mem/arena.h */

#define FLOW_GROUPS 128 /* if no device has a RETA, which says how many */
#define FLOW_GROUPS_MAX 512
#define FLOW_RING (1u << 20)	/* bytes of a ring; a power of two */
#define FLOW_RESERVE (1u << 16) /* of them, reserved for FLOW_END records */
#define FLOW_KEY_BYTES 36	/* two IPv6 addresses and two ports */

/* Kinds of records in a ring. */
enum flow_kind {
	FLOW_SKIP,  /* padding up to the end of the ring */
	FLOW_L4,    /* a segment, datagram or ICMP error; data begins at L4 */
	FLOW_IP,    /* an IP fragment; data begins at the IP header */
	FLOW_FRAME, /* a frame to send; only the reader has a queue there */
	FLOW_END,   /* the writer's connection, which the reader's group
		     * forwards to it, has ended */
};

/* flags of a record, and net.flow_flags while the record is processed */
#define FLOW_HANDED 0x1	   /* set in every record: it came over a ring */
#define FLOW_FORWARDED 0x2 /* the group's owner sends it on: the flow moved */
#define FLOW_BOUNCED 0x4   /* returned to the owner: the flow is not here */
#define FLOW_LOOPED 0x8	   /* FLOW_IP: a packet to one of our own addresses */

struct flow_rec {
	uint32_t size; /* bytes of the record, a multiple of 16 */
	uint32_t len;  /* bytes of data that follow */
	uint8_t kind;
	uint8_t flags;
	uint8_t port; /* mbuf.port: index of the device */
	uint8_t reserved;
	union {
		struct ip_rx rx; /* FLOW_L4; FLOW_END: addresses */
		struct {
			uint64_t flags, offload;
		} tx; /* FLOW_FRAME: TX ol_flags and tx_offload of the mbuf */
	};
	uint16_t sport, dport; /* FLOW_END */
	uint8_t data[] __attribute__((aligned(16)));
};
_Static_assert(sizeof(struct flow_rec) % 16 == 0, "records are aligned");

/* A ring with one writer and one reader. Either may be killed at any point and
 * leaves it consistent. */
struct flow_ring {
	uint64_t tail __rte_cache_aligned; /* bytes written since the start */
	uint64_t head_seen;		   /* the writer's copy of head */
	uint64_t head __rte_cache_aligned; /* bytes read since the start */
	uint8_t data[FLOW_RING] __rte_cache_aligned;
};

struct flow {
	uint32_t mask; /* groups - 1 */
	uint32_t nethreads;
	uint8_t group[FLOW_GROUPS_MAX];
	/* by UDP port: 1 + the elastic thread of all sockets of that port */
	uint8_t udp[65536];
	/* the hash is linear: what each value of each key byte adds to it */
	uint32_t part[FLOW_KEY_BYTES][256];
	struct flow_ring *ring[IX_MAX_ETHREADS][IX_MAX_ETHREADS]; /* to, from */
};

/* Set up sh->flow for nethreads > 1; for a single one it stays NULL. groups:
 * the size of a device's redirection table, a power of two; 0: FLOW_GROUPS.
 * Returns 0, -EINVAL or -ENOMEM. */
int flow_init(struct net_shared *sh, struct arena *a, uint32_t nethreads,
	      uint32_t groups);
size_t flow_arena_size(uint32_t nethreads);

/* How many flow groups elastic thread id has; 0 where it is the only one. */
uint32_t flow_groups(const struct net_shared *sh, uint32_t id);

/* The hash that a card computes for a received packet: src and sport are the
 * sender's. With both ports 0 it is that of the addresses alone. */
uint32_t flow_hash(const struct flow *f, const struct ix_addr *src,
		   const struct ix_addr *dst, uint16_t sport, uint16_t dport);

/* The elastic thread that owns the flow group of such a received packet. */
static inline uint32_t flow_owner(const struct flow *f,
				  const struct ix_addr *src,
				  const struct ix_addr *dst, uint16_t sport,
				  uint16_t dport)
{
	uint32_t g = flow_hash(f, src, dst, sport, dport) & f->mask;

	return __atomic_load_n(&f->group[g], __ATOMIC_RELAXED);
}

/* 1 + the elastic thread that has claimed the UDP port; 0: none has. */
static inline uint32_t flow_udp(const struct flow *f, uint16_t port)
{
	return __atomic_load_n(&f->udp[port], __ATOMIC_ACQUIRE);
}
/* Claim a UDP port for this elastic thread: 0, or -EXDEV if another has it. */
int flow_udp_claim(const struct net *n, uint16_t port);
void flow_udp_release(const struct net *n, uint16_t port);

/*
 * Hand m over to elastic thread to, which is not this one. Takes m over. rx is
 * given with FLOW_L4, else NULL. If the ring is full m is dropped and counted.
 */
void flow_send(struct net *n, uint32_t to, enum flow_kind kind, uint8_t flags,
	       const struct ip_rx *rx, struct rte_mbuf *m);
/* Tell elastic thread to that the connection has ended whose received packets
 * go from src:sport to dst:dport. */
void flow_send_end(struct net *n, uint32_t to, const struct ix_addr *src,
		   const struct ix_addr *dst, uint16_t sport, uint16_t dport);

/* The oldest unread record, or NULL; valid until flow_done() releases it. */
const struct flow_rec *flow_next(struct flow_ring *r);
void flow_done(struct flow_ring *r, const struct flow_rec *rec);

static inline int flow_waiting(const struct flow_ring *r)
{
	return __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE) !=
	       __atomic_load_n(&r->head, __ATOMIC_RELAXED);
}

#endif
