/* SPDX-License-Identifier: MIT */
/*
 * pools.h - mbuf pools of an elastic thread
 *
 * All are created at start, in memory that forks share. mbuf headers and packet
 * data lie in separate pages, as the program may be given access to the data,
 * except where a driver needs both together.
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
	uint8_t plain;	  /* 1: header and data together (umem of af_xdp) */
	int socket;	  /* NUMA node, or SOCKET_ID_ANY */
};

struct pool {
	struct rte_mempool *mp;
	const struct rte_memzone *mz; /* memory of the data; NULL: plain */
	void *data;		      /* page-aligned; NULL: plain */
	size_t data_size;	      /* bytes, whole pages */
};

/* 0, -EINVAL, -EEXIST or -ENOMEM. Falls back to any NUMA node. */
int pool_create(const struct pool_spec *spec, struct pool *out);
void pool_destroy(struct pool *p);
/* Make the unused pages before and behind the data inaccessible, if it does not
 * lie in hugepages. Called when devices have mapped the memory for DMA. */
void pool_fence(struct pool *p);

/* The number of mbufs that are allocated. */
unsigned pool_in_use(const struct rte_mempool *mp);

/*
 * Rebuild a pool after a lease holder was killed, maybe inside a pool
 * operation: every mbuf becomes free but those for which held() returns not 0,
 * which stay as they are; held NULL: all become free. Nobody may use the pool
 * meanwhile. 0, -ENOTSUP (its free mbufs are not in a ring), or -EIO (an mbuf
 * could not be put back). See docs/adr/0001-holder-killed-in-a-burst.md.
 */
typedef int pool_held_fn(const struct rte_mbuf *m, void *arg);
int pool_reset(struct rte_mempool *mp, pool_held_fn *held, void *arg);

/*
 * The same if a device may still write into mbufs and it is not known which:
 * only those that were certainly free stay free, the others are lost.
 */
int pool_salvage(struct rte_mempool *mp);

/* The NUMA node of a CPU, for struct pool_spec; 0 if there is only one. */
int pool_socket_of_cpu(int cpu);

#endif
