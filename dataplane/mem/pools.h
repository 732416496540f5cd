/* SPDX-License-Identifier: MIT */
/*
 * pools.h - mbuf pools of an elastic thread
 *
 * All are made at start, in memory that forks share. mbuf headers and packet
 * data lie in pages of their own (the data may be shown to a program), except
 * where the driver wants both together.
 */
#ifndef IX_MEM_POOLS_H
#define IX_MEM_POOLS_H

#include <rte_mempool.h>
#include <stddef.h>
#include <stdint.h>

#define POOL_ROOM 2176 /* headroom of 128, and 2 KB */

struct rte_mbuf;
struct rte_memzone;

struct pool_spec {
	const char *name; /* unique in the process, at most 20 bytes */
	uint32_t count;	  /* mbufs */
	uint16_t room;	  /* bytes of data, headroom included; 0: POOL_ROOM */
	uint8_t plain;	  /* header and data together (af_xdp's umem) */
	int socket;	  /* NUMA node, or SOCKET_ID_ANY */
};

struct pool {
	struct rte_mempool *mp;
	const struct rte_memzone *mz; /* of the data; NULL: plain */
	void *data;		      /* page-aligned; NULL: plain */
	size_t data_size;	      /* bytes, whole pages */
};

/* 0, -EINVAL, -EEXIST or -ENOMEM. Falls back to any NUMA node. */
int pool_create(const struct pool_spec *spec, struct pool *out);
void pool_destroy(struct pool *p);
/* Let nobody access the pages before and behind the data, which are nobody's in
 * any case: where its pages are small, and once devices know the memory. */
void pool_fence(struct pool *p);

/* mbufs that are not free. */
unsigned pool_in_use(const struct rte_mempool *mp);

/*
 * Rebuild a pool after a holder was killed inside a pool operation: every
 * mbuf becomes free but those that held() claims, which stay as they are;
 * NULL: none is held. Nobody may use the pool meanwhile. 0, -ENOTSUP (not a
 * ring) or -EIO (one could not be put back).
 * See docs/adr/0001-holder-killed-in-a-burst.md.
 */
typedef int pool_held_fn(const struct rte_mbuf *m, void *arg);
int pool_reset(struct rte_mempool *mp, pool_held_fn *held, void *arg);

/*
 * The same where nobody can tell what is held, for a device writes into it:
 * only what surely was free stays free, the others are lost.
 */
int pool_salvage(struct rte_mempool *mp);

/* The NUMA node of a CPU, for struct pool_spec; 0 where there is but one. */
int pool_socket_of_cpu(int cpu);

#endif
