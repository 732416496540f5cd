/* SPDX-License-Identifier: MIT */
/*
 * internal.h - what the files of drv share
 *
 * A device is a struct drv_dev in arena memory with one struct drv_queue for
 * each ethread. Everything that a burst changes lies there or in the PMD's
 * rte_malloc memory, which is MAP_SHARED too (eal.c checks).
 */
#ifndef IX_DRV_INTERNAL_H
#define IX_DRV_INTERNAL_H

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
	uint8_t resync; /* af_packet: look for the next frame */
	uint8_t down;	/* see drv_is_down() */
	uint64_t rx_packets, rx_bytes, rx_nombuf;
	uint64_t tx_packets, tx_bytes, tx_errors;
	uint64_t rx_missed; /* af_packet: dropped by the kernel */
	uint64_t rx_bad;    /* tun: what the kernel said makes no sense */
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

/* spec.c */
int spec_parse(const char *text, struct drv_args *out, char *err,
	       size_t err_size);
/* The value of key in "a=1,b=2": 1 found, 0 not there, -EINVAL too long. */
int spec_opt(const char *opts, const char *key, char *out, size_t size);
/* 0 if every key of opts is one of keys (NULL at the end). */
int spec_only(const char *opts, const char *const *keys, char *bad,
	      size_t size);
int spec_bdf(const char *text);

/* fail.c: write one line into ctx->err; returns rc. */
int drv_fail(struct drv_ctx *ctx, int rc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Kinds of device: the file of each name has drv_NAME_ops. */
#define DRV_KIND_LIST(X) \
	X(veth)          \
	X(tun)           \
	X(af_packet)     \
	X(af_xdp)        \
	X(memif)         \
	X(pci)           \
	X(vdev)

#define X(name) extern const struct drv_ops drv_##name##_ops;
DRV_KIND_LIST(X)
#undef X

/* eal.c: what DPDK said last, or "" */
const char *eal_last_log(void);
void eal_forget_log(void);

/* fds.c */
int fds_set_base(int base);
int fds_base(void);
/* The one fd opened since the newest drv_setup_begin() that test() likes and
 * that is > after; -1: none. */
int fds_find_new(int after, int (*test)(int fd));
/* The same among all descriptors that are >= the base. */
int fds_find(int after, int (*test)(int fd));
/* fd is not new any more. */
void fds_forget(int fd);
int fds_is_domain(int fd, int domain);

/* port.c: everything that ethdev ports share */
struct port_opts {
	uint16_t mtu;	  /* 0: the device's own */
	uint16_t rx_desc; /* 0: DRV_RING */
	uint16_t tx_desc;
	int want_rss;
	int want_intr; /* rx interrupts, where the PMD has them */
	int promisc;
	unsigned start_ms; /* keep trying to start for so long */
};
int port_create(struct drv_dev *d, struct drv_ctx *ctx, const char *name,
		const char *args);
int port_start(struct drv_dev *d, struct drv_ctx *ctx,
	       const struct port_opts *o);
void port_destroy(struct drv_dev *d);
uint16_t port_rx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		 uint16_t n);
uint16_t port_tx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		 uint16_t n);
uint16_t port_prepare(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		      uint16_t n);
int port_arm(struct drv_dev *d, uint16_t q);
void port_disarm(struct drv_dev *d, uint16_t q);
void port_counters(const struct drv_dev *d, struct drv_counters *out);
/* 0 once the link is up, or -ETIMEDOUT. */
int port_wait_link(struct drv_dev *d, unsigned timeout_ms);
/* Copy frames of more than max_segs segments into one of pool each; returns
 * how many are left, the others are freed. */
uint16_t drv_linearise(struct rte_mempool *pool, struct rte_mbuf **pkts,
		       uint16_t n, uint16_t max_segs);
/* Bytes of a frame that fit into one mbuf of every pool. */
uint32_t pool_room(struct rte_mempool *const *pool, uint16_t n);
/* tso_max, where a frame may have so many mbufs of room bytes. */
uint16_t drv_tso_max(uint32_t segs, uint32_t room);

/* iface.c: an interface that is there already is locked and made fit; 0 or
 * -errno */
int drv_if_prepare(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn);
void drv_if_restore(struct drv_dev *d);

/* af_packet.c, af_xdp.c */
int af_packet_attach(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn);
void af_xdp_destroy(struct drv_dev *d);
int af_xdp_attach(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn);
uint16_t af_xdp_rx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		   uint16_t n);
uint16_t af_xdp_prepare(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
			uint16_t n);

void af_packet_counters(const struct drv_dev *d, struct drv_counters *out);
int af_packet_known(const struct drv_dev *d, uint16_t q);
int af_packet_reset(struct drv_dev *d, uint16_t q);
void af_packet_find_next(struct drv_dev *d, uint16_t q);
uint16_t af_packet_rx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		      uint16_t n);
int memif_reset(struct drv_dev *d, uint16_t q);
int af_xdp_known(const struct drv_dev *d, uint16_t q);
/* unfilled.c: these may be good though their checksum is not */
void unfilled_mark(struct rte_mbuf **pkts, uint16_t n);
/* steer.c: in place of the program that gives all to the socket */
int steer_attach(const struct drv_dev *d, const struct drv_spec *s,
		 const char *ifn);
/* One that passes all on. -EBUSY: there is another. */
int steer_pass(const char *ifn);
int af_xdp_reset(struct drv_dev *d, uint16_t q);

/* lock.c: one file for each device, its text says what to undo */
int lock_take(struct drv_dev *d, struct drv_ctx *ctx, const char *key);
/* For what belongs to the whole machine, not to a network namespace. */
int lock_take_host(struct drv_dev *d, struct drv_ctx *ctx, const char *key);
int lock_note(struct drv_dev *d, const char *what, const char *value);
void lock_drop(struct drv_dev *d);

/* lockfile.c: the inode of the network namespace. */
uint64_t lock_netns(void);
/* Open and lock name in dir without waiting: fd, -EWOULDBLOCK, or -errno. */
int lock_try(int dir, const char *name);
/* Is name in dir still the file that fd is? */
int lock_same_file(int fd, int dir, const char *name);

/* reclaim.c: undo what the text of a lock file says */
void reclaim_text(char *text);

#endif
