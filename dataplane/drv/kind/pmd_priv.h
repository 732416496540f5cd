/* SPDX-License-Identifier: MIT */
/*
 * pmd_priv.h - the first members of the queue structures of three PMDs
 *
 * Copied from DPDK 22.11 (drivers/net/af_packet, af_xdp, memif), as no public
 * call returns the descriptor of a queue or repairs it after its driver was
 * killed (docs/adr/0001). When a device is opened, members whose values are
 * known are checked before the others are relied upon.
 */
#ifndef IX_DRV_PMD_PRIV_H
#define IX_DRV_PMD_PRIV_H

#include <poll.h>
#include <rte_interrupts.h>
#include <rte_mempool.h>
#include <stdint.h>
#include <sys/uio.h>
#include <xdp/xsk.h>

struct priv_packet_rxq {
	int sockfd;
	struct iovec *rd;
	uint8_t *map;
	unsigned int framecount;
	unsigned int framenum;
	struct rte_mempool *mb_pool;
	uint16_t in_port;
};

struct priv_packet_txq {
	int sockfd;
	unsigned int frame_data_size;
	struct iovec *rd;
	uint8_t *map;
	unsigned int framecount;
	unsigned int framenum;
};

struct priv_xdp_umem {
	struct xsk_umem *umem;
	void *buf_ring;
	const void *mz;
	struct rte_mempool *mb_pool;
	char *buffer;
};

struct priv_xdp_txq {
	struct xsk_ring_prod tx;
	struct priv_xdp_umem *umem;
};

struct priv_xdp_rxq {
	struct xsk_ring_cons rx;
	struct priv_xdp_umem *umem;
	struct xsk_socket *xsk;
	struct rte_mempool *mb_pool;
	uint16_t port;
	uint64_t stats[3];
	struct xsk_ring_prod fq;
	struct xsk_ring_cons cq;
	struct priv_xdp_txq *pair;
	struct pollfd fds[1];
};

#define PRIV_MEMIF_COOKIE 0x3E31F20
#define PRIV_MEMIF_C2S 0
#define PRIV_MEMIF_S2C 1
#define PRIV_MEMIF_MASK_INT 1
#define PRIV_MEMIF_NEXT 1

struct priv_memif_queue {
	struct rte_mempool *mempool;
	void *pmd;
	int type; /* PRIV_MEMIF_C2S or _S2C */
	uint16_t region;
	uint16_t in_port;
	uint32_t ring_offset;
	uint16_t last_head;
	uint16_t last_tail;
	struct rte_mbuf **buffers;
	uint64_t n_pkts;
	uint64_t n_bytes;
	struct rte_intr_handle *intr_handle;
	uint8_t log2_ring_size;
};

struct priv_memif_desc {
	uint16_t flags;
	uint16_t region;
	uint32_t length;
	uint32_t offset;
	uint32_t metadata;
};

struct priv_memif_ring {
	uint32_t cookie __rte_cache_aligned;
	uint16_t flags;
	uint16_t head;
	uint16_t tail __rte_cache_aligned;
	struct priv_memif_desc desc[] __rte_cache_aligned;
};

_Static_assert(offsetof(struct priv_memif_ring, desc) == 128, "memif");
_Static_assert(sizeof(struct priv_memif_desc) == 16, "memif");

#endif
