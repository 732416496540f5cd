/* SPDX-License-Identifier: MIT */
/*
 * flow.h - which elastic thread a flow belongs to, and the way there
 *
 * The Toeplitz hash of a flow, as network cards compute it (RSS), names its
 * group, and the table of groups its elastic thread. What arrives elsewhere is
 * handed over: copied into a ring that one elastic thread writes and another
 * one reads, so that no mbuf ever leaves the pools of its own (docs/adr/0005).
 * All of it is read without a lock; the table is written at start.
 */
#ifndef IX_NET_FLOW_H
#define IX_NET_FLOW_H

#include "net/common/ip_packet.h"

struct arena; /* mem/arena.h */

#define FLOW_GROUPS 128 /* where no device says how many */
#define FLOW_GROUPS_MAX 512
#define FLOW_RING (1u << 20)	/* bytes of a ring; a power of two */
#define FLOW_RESERVE (1u << 16) /* of them, for FLOW_END alone */
#define FLOW_KEY_BYTES 36	/* two IPv6 addresses and two ports */

/* What a record of a ring is. */
enum flow_kind {
	FLOW_SKIP,  /* nothing: the end of the ring is too short */
	FLOW_L4,    /* a segment or datagram; data begins at L4 */
	FLOW_IP,    /* a fragment; data begins at IP */
	FLOW_FRAME, /* a frame to send on a device whose queue you have */
	FLOW_END,   /* the connection that you handed over to me has ended */
};

/* flags of a record, and of struct net while it handles one */
#define FLOW_HANDED 0x1	   /* it came over a ring */
#define FLOW_FORWARDED 0x2 /* ... by the group's thread: the flow has moved */
#define FLOW_BOUNCED 0x4   /* ... back: it is not there any more */
#define FLOW_LOOPED 0x8	   /* FLOW_IP: from ourselves to ourselves */

struct flow_rec {
	uint32_t size; /* bytes of the record, a multiple of 16 */
	uint32_t len;  /* bytes of data that follow */
	uint8_t kind;
	uint8_t flags;
	uint8_t port; /* index of the device */
	uint8_t reserved;
	union {
		struct ip_rx rx; /* FLOW_L4; FLOW_END: addresses */
		struct {
			uint64_t flags, offload;
		} tx; /* FLOW_FRAME: of the mbuf */
	};
	uint16_t sport, dport; /* FLOW_END */
	uint8_t data[] __attribute__((aligned(16)));
};
_Static_assert(sizeof(struct flow_rec) % 16 == 0, "records are aligned");

/* One writes, one reads; each may be killed anywhere and leaves it whole. */
struct flow_ring {
	uint64_t tail __rte_cache_aligned; /* bytes written in all */
	uint64_t head_seen;		   /* by the writer */
	uint64_t head __rte_cache_aligned; /* bytes read in all */
	uint8_t data[FLOW_RING] __rte_cache_aligned;
};

struct flow {
	uint32_t mask; /* groups - 1 */
	uint32_t nethreads;
	uint8_t group[FLOW_GROUPS_MAX];
	/* UDP ports: 1 + the elastic thread that has all of that number */
	uint8_t udp[65536];
	/* the hash is linear: what each value of each byte adds to it */
	uint32_t part[FLOW_KEY_BYTES][256];
	struct flow_ring *ring[IX_MAX_ETHREADS][IX_MAX_ETHREADS]; /* to, from */
};

/* Lay out sh->flow for nethreads > 1, groups of a device's table (a power of
 * two), or 0. Nothing is done for one. 0, -EINVAL or -ENOMEM. */
int flow_init(struct net_shared *sh, struct arena *a, uint32_t nethreads,
	      uint32_t groups);
size_t flow_arena_size(uint32_t nethreads);

/* How many flow groups elastic thread id has; 0 where it is the only one. */
uint32_t flow_groups(const struct net_shared *sh, uint32_t id);

/* As a card hashes what arrives: ports 0: addresses alone. */
uint32_t flow_hash(const struct flow *f, const struct ix_addr *src,
		   const struct ix_addr *dst, uint16_t sport, uint16_t dport);

/* The elastic thread of what arrives so. */
static inline uint32_t flow_owner(const struct flow *f,
				  const struct ix_addr *src,
				  const struct ix_addr *dst, uint16_t sport,
				  uint16_t dport)
{
	uint32_t g = flow_hash(f, src, dst, sport, dport) & f->mask;

	return __atomic_load_n(&f->group[g], __ATOMIC_RELAXED);
}

/* UDP: 1 + the elastic thread that has the port; 0: none has. */
static inline uint32_t flow_udp(const struct flow *f, uint16_t port)
{
	return __atomic_load_n(&f->udp[port], __ATOMIC_ACQUIRE);
}
/* Have the port: 0, or -EXDEV where another one has it. */
int flow_udp_claim(const struct net *n, uint16_t port);
void flow_udp_release(const struct net *n, uint16_t port);

/*
 * Hand m over to elastic thread to, which is not this one; takes m. flags:
 * FLOW_*, rx with FLOW_L4. A full ring drops it, as a full queue of a card.
 */
void flow_send(struct net *n, uint32_t to, enum flow_kind kind, uint8_t flags,
	       const struct ip_rx *rx, struct rte_mbuf *m);
/* Tell to that the flow src:sport -> dst:dport, as it arrives, has ended. */
void flow_send_end(struct net *n, uint32_t to, const struct ix_addr *src,
		   const struct ix_addr *dst, uint16_t sport, uint16_t dport);

/* The oldest record, or NULL; valid until flow_done(). */
const struct flow_rec *flow_next(struct flow_ring *r);
void flow_done(struct flow_ring *r, const struct flow_rec *rec);

static inline int flow_waiting(const struct flow_ring *r)
{
	return __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE) !=
	       __atomic_load_n(&r->head, __ATOMIC_RELAXED);
}

#endif
