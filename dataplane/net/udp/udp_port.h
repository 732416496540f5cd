/* SPDX-License-Identifier: MIT */
/*
 * udp_port.h - the UDP ports (sockets) of one elastic thread, and their lookup
 */
#ifndef IX_NET_UDP_PORT_H
#define IX_NET_UDP_PORT_H

#include <sys/queue.h>

#include "net/udp/udp.h"

#define UDP_BUCKETS 4096       /* a power of two */
#define UDP_RCVBUF 212992      /* bytes, as Linux's rmem_default */
#define UDP_RCVBUF_MIN 2304    /* bytes, as Linux's SOCK_MIN_RCVBUF */
#define UDP_OVERHEAD 256       /* bytes charged for each mbuf */
#define UDP_PAYLOAD_MAX 65507u /* 65535 - 20 - 8 */
#define UDP_FRAGMENT_MIN 512u  /* assumed least payload bytes of a fragment */
#define UDP_ERRORS_MAX 64      /* of one port, that wait for the program */
#define UDP_EPHEMERAL_MIN 32768u
#define UDP_EPHEMERAL_MAX 60999u

/* A received datagram, or a pending error. For an error src:rport is the
 * destination of the datagram that failed, and m holds a struct ix_udp_error
 * and the payload that the ICMP error quoted. */
struct udp_dgram {
	struct udp_dgram *next;
	struct rte_mbuf *m; /* data begins at the payload */
	uint64_t at;	    /* ns: when it was received */
	uint32_t cost;	    /* bytes charged to the receive buffer */
	uint16_t rport;
	uint8_t local; /* as in struct ip_rx */
	uint8_t tos, ttl;
	uint8_t reserved;
	uint16_t dropped; /* datagrams lost before it, for lack of room */
	uint16_t err;	  /* errno of an error, else 0 */
	struct ix_addr src;
};

/* What a call of UDP_SENDV asks for. With IX_UDP_MORE it also holds for the
 * calls that add to the datagram. */
struct udp_how {
	uint16_t flags; /* IX_UDP_* */
	uint16_t rport;
	uint16_t cut; /* payload bytes of each datagram (GSO); 0: send one */
};

struct udp_pcb {
	LIST_ENTRY(udp_pcb) hash; /* or free list */
	uint32_t gen;		  /* of the handle, or of the last one */
	/* what follows is zeroed when the port is opened */
	TAILQ_ENTRY(udp_pcb) ready;
	ix_handle_t handle; /* 0: closed */
	uint64_t cookie;
	uint16_t lport;
	uint8_t reuseport, reuseaddr, is_ready;
	uint8_t ttl, tos;
	uint8_t scope;	/* enum ix_scope */
	uint16_t rport; /* of the peer if connected, else 0 */
	/* the device that it is bound to, or 0; ports that are bound to
	 * different devices do not conflict */
	uint32_t device;
	struct ix_addr lip; /* own address, or any */
	struct ix_addr rip; /* of the peer if connected */
	/* receive queue */
	uint32_t rcvbuf, queued; /* bytes */
	uint32_t delivered;	 /* datagrams that the program holds */
	/* unseen: the first that was not delivered yet */
	struct udp_dgram *first, *last, *unseen;
	struct rte_mbuf *piece; /* of unseen: next to deliver; NULL: first */
	uint32_t dropped;	/* datagrams lost and not reported yet */
	/* the pending error, 0: none; with recverr all errors, in a list */
	uint16_t err, err_port;
	struct ix_addr err_ip;
	uint8_t recverr, nerrs;
	uint8_t df; /* the program has sent with DF */
	struct udp_dgram *err_first, *err_last;
	/* the beginning of a datagram (IX_UDP_MORE); NULL: there is none */
	struct rte_mbuf *pending;
	struct udp_how how; /* of pending */
	/* the last destination */
	struct ix_addr asked; /* source address that the program asked for */
	struct ip_path path;
};

#define UDP_CLEARED offsetof(struct udp_pcb, ready)

LIST_HEAD(udp_list, udp_pcb);
TAILQ_HEAD(udp_ready, udp_pcb);

struct udp {
	struct udp_list bucket[UDP_BUCKETS];
	struct udp_list free_pcbs;
	struct udp_ready ready;
	struct udp_pcb *pcb;	 /* [max] */
	struct udp_dgram *dgram; /* [ndgrams] */
	struct udp_dgram *free_dgrams;
	struct udp_dgram *told; /* delivered errors; freed by the next round */
	uint32_t max, fresh;	/* pcbs; those used at least once */
	uint32_t ndgrams, fresh_dgrams; /* the same for dgram */
	uint32_t held, max_held; /* mbufs of datagrams and errors; bound */
};

static inline struct udp_list *udp_bucket(struct udp *u, uint16_t lport)
{
	return &u->bucket[lport & (UDP_BUCKETS - 1)];
}

/* The port that h names, or NULL. */
struct udp_pcb *udp_pcb(struct udp *u, ix_handle_t h);
/* The port that receives a datagram from rip:rport to lip:lport, or NULL. */
struct udp_pcb *udp_lookup(struct udp *u, const struct ix_addr *lip,
			   uint16_t lport, const struct ix_addr *rip,
			   uint16_t rport);
void udp_make_ready(struct udp *u, struct udp_pcb *p);

#endif
