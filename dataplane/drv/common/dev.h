/* SPDX-License-Identifier: MIT */
/*
 * dev.h - a device, its queues, its driver, and one call that opens it
 *
 * A device is a struct drv_dev in arena memory with one struct drv_queue for
 * each ethread. Everything that a burst changes lies there or in the PMD's
 * rte_malloc memory, which is MAP_SHARED too (eal.c checks).
 */
#ifndef IX_DRV_DEV_H
#define IX_DRV_DEV_H

#include <rte_ethdev.h>
#include <rte_mempool.h>

#include "drv/drv.h"

#define DRV_KEEP 512	   /* frames kept back for one queue */
#define DRV_KEEP_SEGS 2048 /* mbufs of them: others need some too */
#define DRV_BURST 64	   /* frames handed to a PMD at once */
#define DRV_RING 1024	   /* descriptors of a ring, where we choose */
#define DRV_NAME_MAX 160   /* "memif:" and a socket path */

struct drv_ctx; /* one call of drv_open */

/* A driver: every kind of --dev has one. */
struct drv_ops {
	const char *kind;   /* what stands before the colon */
	uint8_t interrupts; /* the driver counts on EAL's thread for them */
	/* 0, or -errno with everything undone and ctx->err written */
	int (*open)(struct drv_dev *d, struct drv_ctx *ctx);
	/* undo what lies outside the process; safe in any fork */
	void (*close)(struct drv_dev *d);
	uint16_t (*rx)(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		       uint16_t n);
	/* make frames fit for tx, in place; returns how many are left */
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
	struct tun_buffers *tun;       /* where the next read goes */
	void *ring, *tx_ring;	       /* memif */
	uint32_t tx_buf;	       /* memif server: room of a descriptor */
	int fd;			       /* polls readable, or -1 */
	uint16_t keep_head;	       /* index of the oldest kept frame */
	uint16_t keep_n;
	uint8_t resync;	       /* af_packet: look for the next frame */
	uint8_t down;	       /* see drv_is_down() */
	struct drv_counters n; /* but for what the device counts itself */
	struct rte_mbuf *keep[DRV_KEEP];
} __rte_cache_aligned;

struct drv_dev {
	struct drv_info info;
	const struct drv_ops *ops;
	uint16_t port_id; /* of ethdev, or RTE_MAX_ETHPORTS */
	int lock_fd;
	int control_fd;		/* memif: the connection to the peer */
	int opener;		/* PID */
	uint8_t can_reset;	/* the PMD's structs are as we know them */
	uint32_t undo_features; /* LINK_* that were on before */
	int undo_promisc;
	uint8_t own_if;	  /* the interface is one that we have made */
	uint8_t unfilled; /* see unfilled.c */
	uint8_t undo_xdp; /* af_packet: a program is attached */
	char advice[160];
	char undo_if[16]; /* interface to restore or delete */
	char undo_path[DRV_NAME_MAX];
	struct drv_queue *queue; /* info.nqueues of them */
};

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
