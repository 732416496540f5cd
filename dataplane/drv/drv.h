/* SPDX-License-Identifier: MIT */
/*
 * drv.h - devices: the only place that calls ethdev
 *
 * A device is a DPDK port, or our own netif over a tun fd. Queue q of every
 * device belongs to ethread q. All mutable state lies in shared memory, so a
 * fork of the process that opened a device may drive it.
 */
#ifndef IX_DRV_H
#define IX_DRV_H

#include <rte_ether.h>
#include <rte_mbuf.h>
#include <stdint.h>

#include "ix/abi.h"
#include "mem/arena.h"

/* What a person wrote for --dev, parsed by control/config.c. */
struct drv_spec {
	char text[192]; /* e.g. "veth:ix0", "memif:/run/m.sock,role=client" */
	uint16_t mtu;	/* 0: the device's own */
	uint8_t guest;	/* ring 0 of a KVM guest is to drive it */
	uint8_t has_mac;
	struct rte_ether_addr mac;
	/* veth and tap: address for the kernel's end; prefix 0: none */
	uint32_t kernel_ip; /* network order */
	uint8_t kernel_prefix;
	/* af_xdp: what is the stack's of what comes in; network order */
	uint8_t nown;
	uint32_t own_ip[IX_MAX_ADDRS];
};

struct drv_eal_opts {
	const char *log_path; /* NULL: quiet */
	uint32_t mem_mb;      /* for --no-huge */
	int fd_base;	      /* fds that stay open must be >= this */
	uint8_t no_huge;      /* do not even try hugepages */
	uint8_t iova_pa;      /* see drv_wants_pa() */
};

/*
 * Start EAL in a throw-away thread: hugepages if they can be had, else
 * without. Leaves affinity, RLIMIT_NOFILE, signal handlers and low fd numbers
 * as they were. 0, or -errno with one line in err.
 */
int drv_eal_init(const struct drv_eal_opts *o, char *err, size_t err_size);
/*
 * End EAL's interrupt thread; nothing that drv_needs_interrupts() may follow.
 * A thread that the program does not know of makes glibc abort it: capset() and
 * PR_SET_KEEPCAPS are of one thread, setgroups() and its kin of all, and glibc
 * insists that they all succeed or fail. 0 or -errno.
 */
int drv_eal_end_interrupts(void);
/*
 * Nothing is taken from DPDK any more than its heap has now: a process could not
 * give another one what it maps. The address space that was reserved for a larger
 * heap, 128 GB, is given back. 0 or -errno.
 */
int drv_eal_close_heap(void);
/* 1 hugepages, 0 without */
int drv_eal_huge(void);
/* 1 if this --dev is a card without an IOMMU (vfio's no-IOMMU mode): EAL must
 * use physical addresses, which needs root and hugepages. */
int drv_wants_pa(const char *spec_text);
/* "" or why there are none */
const char *drv_eal_why_no_huge(void);
/* The fd_base in force: lower than asked for where limits forbid it. */
int drv_fd_base(void);

/*
 * Whoever creates pools or opens descriptors that stay brackets that with
 * these: new descriptors get numbers >= fd_base and are close-on-exec. They
 * nest; drv_eal_init and drv_open use them themselves. 0 or -errno.
 */
int drv_setup_begin(void);
void drv_setup_end(void);

struct drv_dev; /* opaque, in arena memory */

/* Does its driver count on EAL's interrupt thread? */
int drv_needs_interrupts(const struct drv_dev *d);

#define DRV_CKSUM_IPV4 0x1
#define DRV_CKSUM_TCP 0x2
#define DRV_CKSUM_UDP 0x4

/* Constant once opened. */
struct drv_info {
	char name[32];	    /* e.g. "veth:ix0" */
	char driver[32];    /* e.g. "net_af_xdp" */
	char kernel_if[16]; /* the kernel's end of a veth or tap, or "" */
	struct rte_ether_addr mac;
	uint16_t mtu;
	uint16_t nqueues;
	uint16_t tso_max;     /* payload of a TCP packet to be cut by the device
			       * (RTE_MBUF_F_TX_TCP_SEG, IPv4), bytes; 0: none */
	uint16_t max_frame;   /* largest frame, bytes */
	uint8_t rss;	      /* the device spreads flows itself: */
	uint16_t reta_size;   /* queue = hash % reta_size % nqueues */
	uint8_t interrupt;    /* 1: drv_fd works; 0: poll at least each ms */
	uint64_t tx_offloads; /* RTE_ETH_TX_OFFLOAD_* in use */
	uint32_t tx_cksum;    /* DRV_CKSUM_*: the same, for who has no ethdev */
	uint64_t rx_offloads;
};

/*
 * Open spec with nqueues rx/tx queue pairs. rx_pool[q]: mbufs for received
 * frames; tx_pool[q]: for frames that must be linearised. Blocks (bounded by
 * timeout_ms) until the link is up. 0, or -errno with one line in err.
 */
int drv_open(struct arena *a, const struct drv_spec *spec, uint16_t nqueues,
	     struct rte_mempool *const *rx_pool,
	     struct rte_mempool *const *tx_pool, unsigned timeout_ms,
	     struct drv_dev **dev_out, char *err, size_t err_size);
/* Undo, also what drv_open made outside (veth, tap). Owner only. */
void drv_close(struct drv_dev *d);
const struct drv_info *drv_info(const struct drv_dev *d);
/* One line that the user should read, or "". */
const char *drv_advice(const struct drv_dev *d);

/* At most n frames into pkts; each with m->port = port (our index). */
uint16_t drv_rx(struct drv_dev *d, uint16_t q, uint8_t port,
		struct rte_mbuf **pkts, uint16_t n);
/* Takes all n frames over; what the ring has no room for is kept and sent
 * first the next time, up to a bound, then dropped. Returns frames dropped. */
uint16_t drv_tx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		uint16_t n);
/* Frames that drv_tx kept back: while there are some, call drv_tx again, with n
 * 0 if there is nothing else to send. */
uint16_t drv_tx_backlog(const struct drv_dev *d, uint16_t q);

/* The fd that polls readable when a frame arrives on q, or -1. */
int drv_fd(const struct drv_dev *d, uint16_t q);
/* Make the fd fire. 1: frames are already there; DRV_LOOK: they may be, and the
 * fd does not tell of those: ask drv_rx(). */
#define DRV_LOOK 2
int drv_arm(struct drv_dev *d, uint16_t q);
void drv_disarm(struct drv_dev *d, uint16_t q);

/* The Toeplitz key of devices with rss. */
extern const uint8_t drv_rss_key[40];

/* memif: the connection to the peer, inherited by forks; POLLHUP or POLLIN once
 * the peer is gone (docs/adr/0003), never to be read. -1: no such thing. */
int drv_control_fd(const struct drv_dev *d);

/* The lcore id of the ethread whose turn it is (mempool caches). */
void drv_set_lcore(unsigned id);
unsigned drv_get_lcore(void);

/*
 * Recover queue q after its holder died inside a call above (docs/adr/0001);
 * reset rx_pool[q] and tx_pool[q] afterwards. 0: the device holds no frame of
 * theirs (those kept back are lost). -EIO: it cannot be repaired and may still
 * write into frames, nobody knows which; the queue is down from now on.
 */
int drv_reset_queue(struct drv_dev *d, uint16_t q);

/* Does queue q work no more? Then nothing arrives, what is sent is dropped,
 * and the device is not touched. */
int drv_is_down(const struct drv_dev *d, uint16_t q);
/* The peer is gone: all queues are down, and who sleeps on them wakes. */
void drv_set_down(struct drv_dev *d);

/* What each queue of a device counts: X(name, what). */
#define DRV_COUNTER_LIST(X)                                 \
	X(rx_packets, "frames received")                    \
	X(rx_bytes, "their bytes")                          \
	X(rx_missed, "frames dropped before we saw them")   \
	X(rx_nombuf, "frames dropped for lack of memory")   \
	X(rx_bad, "frames with a head that makes no sense") \
	X(tx_packets, "frames sent")                        \
	X(tx_bytes, "their bytes")                          \
	X(tx_errors, "frames that the device refused")      \
	X(tx_kept, "frames that wait for room in the device, now")

struct drv_counters {
#define X(name, text) uint64_t name;
	DRV_COUNTER_LIST(X)
#undef X
};
void drv_counters(const struct drv_dev *d, struct drv_counters *out);

/* Remove what dead instances left behind (veths, sockets, XDP programs). */
void drv_reclaim(void);

/* The directory of running instances, made if it is not there, ours alone to
 * write: a descriptor, or -errno and drv_run_dir_why() says what is wrong. Its
 * name in path, in any case. */
int drv_run_dir(char *path, size_t size);
const char *drv_run_dir_why(int rc);

#endif
