/* SPDX-License-Identifier: MIT */
/*
 * dev.h - a device, its queues, its driver, and the context of opening it
 *
 * A device is a struct drv_dev in arena memory with one struct drv_queue for
 * each elastic thread. All that a burst changes lies there or in the PMD's
 * rte_malloc memory, which is MAP_SHARED too (eal.c checks).
 */
#ifndef IX_DRV_DEV_H
#define IX_DRV_DEV_H

#include <rte_ethdev.h>
#include <rte_mempool.h>

#include "drv/drv.h"

#define DRV_KEEP 512	   /* most frames that drv_tx() keeps for a queue */
#define DRV_KEEP_SEGS 2048 /* most mbufs of these frames */
#define DRV_BURST 64	   /* frames given to a PMD at once */
#define DRV_RING 1024	   /* descriptors of a ring, unless a PMD decides */
#define DRV_NAME_MAX 160   /* "memif:" and a socket path */

struct drv_ctx; /* arguments of a call of drv_open() */

/* The driver of a kind of --dev. Optional functions may be NULL. */
struct drv_ops {
	const char *kind;   /* what stands before the colon in --dev */
	uint8_t interrupts; /* the driver needs EAL's interrupt thread */
	/* 0, or -errno with everything undone and ctx->err written */
	int (*open)(struct drv_dev *d, struct drv_ctx *ctx);
	/* undo what was done outside the process; may run in any fork */
	void (*close)(struct drv_dev *d);
	uint16_t (*rx)(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		       uint16_t n);
	/* linearise frames for tx and the like; returns how many are left in
	 * pkts, the others are freed */
	uint16_t (*prepare)(struct drv_dev *d, uint16_t q,
			    struct rte_mbuf **pkts, uint16_t n);
	uint16_t (*tx)(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		       uint16_t n);
	int (*arm)(struct drv_dev *d, uint16_t q);
	void (*disarm)(struct drv_dev *d, uint16_t q);
	int (*reset)(struct drv_dev *d, uint16_t q);
	void (*counters)(const struct drv_dev *d, struct drv_counters *out);
};

/* One rx/tx queue pair; written by whoever holds the ethread's lease. */
struct drv_queue {
	struct rte_mempool *rx_pool;
	struct rte_mempool *tx_pool;
	struct rte_mempool *umem_pool; /* af_xdp */
	struct tun_buffers *tun;       /* tap: buffers of the next read */
	void *ring, *tx_ring;	       /* memif: its shared rings */
	uint32_t tx_buf;    /* memif server: bytes of a descriptor's buffer */
	int fd;		    /* see drv_fd() */
	uint16_t keep_head; /* index of the oldest kept frame */
	uint16_t keep_n;    /* kept frames */
	uint8_t resync; /* af_packet: the place in the rx ring is not known */
	uint8_t down;	/* see drv_is_down() */
	struct drv_counters n; /* without those that the device has itself */
	struct rte_mbuf *keep[DRV_KEEP]; /* a ring, see drv_tx() */
} __rte_cache_aligned;

struct drv_dev {
	struct drv_info info;
	const struct drv_ops *ops;
	uint16_t port_id;	/* of ethdev; RTE_MAX_ETHPORTS: it has none */
	int lock_fd;		/* of the lock file, see lock.h */
	int control_fd;		/* memif: socket to the peer, else -1 */
	int opener;		/* PID of the process that opened it */
	uint8_t can_reset;	/* reset() can repair its queues */
	uint32_t undo_features; /* LINK_* to be switched on again */
	int undo_promisc;	/* promiscuous mode to be switched off */
	uint8_t own_if;		/* the interface was created by us */
	uint8_t unfilled;	/* see unfilled.c */
	uint8_t undo_xdp;	/* af_packet: our XDP program to be detached */
	char advice[160];	/* see drv_advice() */
	char undo_if[16];	/* interface to restore or delete */
	/* memif: the socket to remove; pci: "BDF DRIVER" to give it back to */
	char undo_path[DRV_NAME_MAX];
	struct drv_queue *queue; /* info.nqueues of them */
};

/* The parts of a --dev text, KIND:NAME,OPTS. */
struct drv_args {
	char kind[16];
	char name[DRV_NAME_MAX]; /* after the colon; may be empty */
	char opts[DRV_NAME_MAX]; /* after the first comma; may be empty */
};

struct drv_ctx {
	struct arena *arena;
	const struct drv_spec *spec;
	struct drv_args args;
	uint16_t nqueues;
	struct rte_mempool *const *rx_pool;
	struct rte_mempool *const *tx_pool;
	unsigned timeout_ms;
	char *err;
	size_t err_size;
};

#endif
