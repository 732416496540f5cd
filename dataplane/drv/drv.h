/* SPDX-License-Identifier: MIT */
/*
 * drv.h - network devices; no other part of the dataplane calls ethdev
 *
 * A device is a DPDK port, or a tap that we drive ourselves through its
 * descriptor. Queue q of every device belongs to elastic thread q. All mutable
 * state lies in shared memory, so a fork of the process that opened a device
 * may drive it.
 */
#ifndef IX_DRV_H
#define IX_DRV_H

#include <rte_ether.h>
#include <rte_mbuf.h>
#include <stdint.h>

#include "ix/abi.h"
#include "mem/arena.h"

/* The settings of a device, from --dev and other options. */
struct drv_spec {
	char text[192]; /* e.g. "veth:ix0", "memif:/run/m.sock,role=client" */
	uint16_t mtu;	/* 0: the device's own */
	uint8_t guest;	/* it will be driven in ring 0 of a KVM guest */
	uint8_t has_mac;
	struct rte_ether_addr mac;
	/* veth and tap: address of the kernel's end; prefix 0: none */
	uint32_t kernel_ip; /* network order */
	uint8_t kernel_prefix;
	/* af_xdp: the stack gets packets to these addresses (network order)
	 * only, and the kernel the others; nown 0: the stack gets all */
	uint8_t nown;
	uint32_t own_ip[IX_MAX_ADDRS];
};

struct drv_eal_opts {
	const char *log_path; /* of EAL's log; NULL: none */
	uint32_t mem_mb;      /* MB of memory */
	int fd_base;	      /* descriptors that stay open are >= this */
	uint8_t no_huge;      /* do not even try hugepages */
	uint8_t iova_pa;      /* see drv_wants_pa() */
};

/*
 * Start EAL in a thread that then ends, with hugepages if they are available.
 * CPU affinity, RLIMIT_NOFILE, signal handlers and low descriptor numbers are
 * left as they were. 0, or -errno with a line of text in err.
 */
int drv_eal_init(const struct drv_eal_opts *o, char *err, size_t err_size);
/*
 * End EAL's interrupt thread. After that no device may be used for which
 * drv_needs_interrupts() is true. The thread, of which the program does not
 * know, could make glibc abort it: glibc applies setgroups() and the like to
 * all threads and aborts unless they all succeed or all fail, but capset() and
 * PR_SET_KEEPCAPS have changed the caller's privileges alone. 0 or -errno.
 */
int drv_eal_end_interrupts(void);
/*
 * Fix DPDK's heap at its present size, as memory that one process maps later
 * would be missing in the others. The address space reserved for its growth
 * (128 GB) is released. 0 or -errno.
 */
int drv_eal_close_heap(void);
/* 1: EAL uses hugepages, 0: it does not. */
int drv_eal_huge(void);
/* 1 if this --dev is a card without an IOMMU (vfio's no-IOMMU mode): EAL must
 * use physical addresses, which needs root and hugepages. */
int drv_wants_pa(const char *spec_text);
/* Why EAL does not use hugepages, or "". */
const char *drv_eal_why_no_huge(void);
/* The fd_base in force. It is lower than requested where limits require it. */
int drv_fd_base(void);

/*
 * Code that creates pools or opens descriptors that stay open runs between
 * these two: new descriptors then get numbers >= fd_base and are close-on-exec.
 * They nest; drv_eal_init() and drv_open() call them themselves. 0 or -errno.
 */
int drv_setup_begin(void);
void drv_setup_end(void);

struct drv_dev; /* opaque, in arena memory */

/* Does the device's driver need EAL's interrupt thread? */
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
	uint16_t tso_max;   /* largest TCP payload, bytes, that the device cuts
			     * (RTE_MBUF_F_TX_TCP_SEG, IPv4); 0: no TSO */
	uint16_t max_frame; /* largest frame, bytes */
	uint8_t rss;	    /* 1: the device distributes flows to queues: */
	uint16_t reta_size; /* queue = hash % reta_size % nqueues */
	uint8_t interrupt;  /* 1: drv_fd() tells of frames; 0: poll each ms */
	uint64_t tx_offloads; /* RTE_ETH_TX_OFFLOAD_* in use */
	uint32_t tx_cksum;    /* DRV_CKSUM_*: those of them for checksums */
	uint64_t rx_offloads; /* RTE_ETH_RX_OFFLOAD_* in use */
};

/*
 * Open spec with nqueues rx/tx queue pairs. rx_pool[q]: mbufs for received
 * frames; tx_pool[q]: for frames that must be linearised. Blocks until the link
 * is up, at most timeout_ms. 0, or -errno with a line of text in err.
 */
int drv_open(struct arena *a, const struct drv_spec *spec, uint16_t nqueues,
	     struct rte_mempool *const *rx_pool,
	     struct rte_mempool *const *tx_pool, unsigned timeout_ms,
	     struct drv_dev **dev_out, char *err, size_t err_size);
/* Close d, and undo what drv_open() did in the kernel (veth, tap, XDP,
 * offloads, promiscuous mode). Called by the owner only. */
void drv_close(struct drv_dev *d);
const struct drv_info *drv_info(const struct drv_dev *d);
/* A line of advice about the device for the user, or "". */
const char *drv_advice(const struct drv_dev *d);

/* Receive at most n frames into pkts, without waiting; returns how many.
 * m->port of each is set to port, our index of the device. */
uint16_t drv_rx(struct drv_dev *d, uint16_t q, uint8_t port,
		struct rte_mbuf **pkts, uint16_t n);
/* Send n frames. Takes all of them over. Frames for which the ring has no room
 * are kept, up to a bound, and sent first by the next call; the others are
 * dropped. Returns the number of frames dropped. */
uint16_t drv_tx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		uint16_t n);
/* The number of frames that drv_tx() has kept. While there are some drv_tx() is
 * to be called again, with n = 0 if there is nothing else to send. */
uint16_t drv_tx_backlog(const struct drv_dev *d, uint16_t q);

/* The descriptor that polls readable when a frame arrives on q, or -1. */
int drv_fd(const struct drv_dev *d, uint16_t q);
/* Arm that descriptor before a sleep. 0; 1: frames are already there; DRV_LOOK:
 * frames that came before may be there, of which it does not tell, so call
 * drv_rx() before sleeping. */
#define DRV_LOOK 2
int drv_arm(struct drv_dev *d, uint16_t q);
void drv_disarm(struct drv_dev *d, uint16_t q);

/* The Toeplitz key that devices with rss use. */
extern const uint8_t drv_rss_key[40];

/* The socket of memif's connection to its peer, inherited by forks. It polls
 * POLLHUP or POLLIN once the peer is gone (docs/adr/0003), and must not be
 * read. -1: the device has none. */
int drv_control_fd(const struct drv_dev *d);

/* The calling thread's lcore id, which selects its mempool caches: that of the
 * elastic thread that it drives. */
void drv_set_lcore(unsigned id);
unsigned drv_get_lcore(void);

/*
 * Recover queue q after the lease holder died inside a call above
 * (docs/adr/0001); the caller resets rx_pool[q] and tx_pool[q] afterwards. 0:
 * the device has no frame of these pools any more (kept frames are lost). -EIO:
 * the queue cannot be repaired and is down from now on, and the device may
 * still write into mbufs, it is not known which.
 */
int drv_reset_queue(struct drv_dev *d, uint16_t q);

/* Is queue q down for good? Then nothing is received, frames to send are
 * dropped, and the device is not touched. */
int drv_is_down(const struct drv_dev *d, uint16_t q);
/* The peer is gone: mark all queues down, and wake the sleepers on memif's. */
void drv_set_down(struct drv_dev *d);

/* The counters of a queue of a device: X(name, description). */
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

/* Undo what instances left behind that died: veths, sockets, XDP programs. */
void drv_reclaim(void);

/* Open the directory of the running instances, which is created if need be and
 * which nobody else may write to. Returns a descriptor, or -errno, which
 * drv_run_dir_why() explains. Its name is put into path in any case. */
int drv_run_dir(char *path, size_t size);
const char *drv_run_dir_why(int rc);

#endif
