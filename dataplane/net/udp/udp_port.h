/* SPDX-License-Identifier: MIT */
/*
 * udp_port.h - the ports of one elastic thread, and how they are found
 */
#ifndef IX_NET_UDP_PORT_H
#define IX_NET_UDP_PORT_H

#include <sys/queue.h>

#include "net/udp/udp.h"

#define UDP_BUCKETS 4096       /* a power of two */
#define UDP_RCVBUF 212992      /* as Linux's rmem_default */
#define UDP_RCVBUF_MIN 2304    /* as Linux's SOCK_MIN_RCVBUF */
#define UDP_OVERHEAD 256       /* bytes charged for each mbuf */
#define UDP_PAYLOAD_MAX 65507u /* 65535 - 20 - 8 */
#define UDP_FRAGMENT_MIN 512u  /* a frame carries at least this much */
#define UDP_ERRORS_MAX 64      /* of one port, that wait for the program */
#define UDP_EPHEMERAL_MIN 32768u
#define UDP_EPHEMERAL_MAX 60999u

/* One that was received, or an error: then src:rport is where the datagram was
 * to go, and m holds a struct ix_udp_error and what was quoted. */
struct udp_dgram {
	struct udp_dgram *next;
	struct rte_mbuf *m; /* data begins at the payload */
	uint64_t at;	    /* ns: when it came */
	uint32_t cost;	    /* bytes charged */
	uint16_t rport;
	uint8_t local; /* as in struct ip_rx */
	uint8_t tos, ttl;
	uint8_t reserved;
	uint16_t dropped; /* those before it that found no room */
	uint16_t err;
	struct ix_addr src;
};

/* What a call of UDP_SENDV asks for, which holds for what it keeps. */
struct udp_how {
	uint16_t flags; /* IX_UDP_* */
	uint16_t rport;
	uint16_t cut; /* bytes of each datagram; 0: one */
};

struct udp_pcb {
	LIST_ENTRY(udp_pcb) hash; /* or free list */
	uint32_t gen;		  /* of the handle, or the last one */
	/* what follows is cleared when it is opened */
	TAILQ_ENTRY(udp_pcb) ready;
	ix_handle_t handle; /* 0: closed */
	uint64_t cookie;
	uint16_t lport;
	uint8_t reuseport, reuseaddr, is_ready;
	uint8_t ttl, tos;
	uint8_t scope;	    /* enum ix_scope */
	uint16_t rport;	    /* of the one peer; 0: none */
	uint32_t device;    /* whose ports it has; 0: those of all */
	struct ix_addr lip; /* own address, or any */
	struct ix_addr rip;
	/* receive queue */
	uint32_t rcvbuf, queued; /* bytes */
	uint32_t delivered;	 /* datagrams that the program holds */
	struct udp_dgram *first, *last, *unseen;
	struct rte_mbuf *piece; /* of unseen: the next to tell; NULL: first */
	uint32_t dropped;	/* since one was queued */
	/* pending error; 0: none. With recverr all of them, in a list */
	uint16_t err, err_port;
	struct ix_addr err_ip;
	uint8_t recverr, nerrs;
	uint8_t df; /* the program has sent with DF */
	struct udp_dgram *err_first, *err_last;
	/* bytes of a datagram that more is to come of; NULL: there are none */
	struct rte_mbuf *pending;
	struct udp_how how;
	/* the last destination */
	struct ix_addr asked; /* source as the program gave it */
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
	struct udp_dgram *told; /* errors that the program looks at */
	uint32_t max, fresh;	/* pcbs; those used at least once */
	uint32_t ndgrams, fresh_dgrams;
	uint32_t held, max_held; /* mbufs in receive queues */
};

static inline struct udp_list *udp_bucket(struct udp *u, uint16_t lport)
{
	return &u->bucket[lport & (UDP_BUCKETS - 1)];
}

/* The port that h names, or NULL. */
struct udp_pcb *udp_pcb(struct udp *u, ix_handle_t h);
/* The port for a datagram from rip:rport to lip:lport, or NULL. */
struct udp_pcb *udp_lookup(struct udp *u, const struct ix_addr *lip,
			   uint16_t lport, const struct ix_addr *rip,
			   uint16_t rport);
void udp_make_ready(struct udp *u, struct udp_pcb *p);

#endif
