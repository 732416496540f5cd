/* SPDX-License-Identifier: MIT */
/*
 * tcp_seg.h - a received segment, and the results of processing it
 */
#ifndef IX_NET_TCP_SEG_H
#define IX_NET_TCP_SEG_H

#include <netinet/in.h>
#include <rte_tcp.h>

#include "net/tcp/state/tcp_stack.h"

#define TH_FIN RTE_TCP_FIN_FLAG
#define TH_SYN RTE_TCP_SYN_FLAG
#define TH_RST RTE_TCP_RST_FLAG
#define TH_PSH RTE_TCP_PSH_FLAG
#define TH_ACK RTE_TCP_ACK_FLAG
#define TH_URG RTE_TCP_URG_FLAG

/* Header options of one segment. */
enum { TO_MSS = 1, TO_WS = 2, TO_SACKOK = 4, TO_TS = 8 };
struct tcp_opts {
	uint8_t has; /* TO_* */
	uint8_t wscale;
	uint8_t nsack;
	uint8_t reserved;
	uint16_t mss;
	uint32_t tsval, tsecr;
	struct tcp_range sack[4];
};

/* A received segment, its header parsed, numbers in host order. With LRO it may
 * be made of several segments. */
struct tcp_seg {
	struct rte_mbuf *m; /* data: the payload; NULL: was taken over */
	const struct ip_rx *rx;
	uint32_t seq, ack;
	uint32_t len; /* payload bytes */
	uint32_t mss; /* payload of the largest segment in it, bytes */
	uint32_t wnd; /* the window field, not scaled */
	uint16_t sport, dport;
	uint8_t flags; /* TH_* */
	uint8_t hdr;   /* bytes of the header */
	struct tcp_opts o;
};

/* How the processing of a segment goes on after a step. A function that may end
 * the connection returns TCP_GONE if it did: the pcb may have been freed and
 * must not be used any more. */
enum tcp_verdict {
	TCP_GO,	  /* with the next step */
	TCP_DROP, /* it ends; the pcb is still valid */
	TCP_GONE, /* it ends; the pcb may be freed */
};

/* What an acknowledgement changed. */
struct tcp_ackinfo {
	uint32_t flight; /* bytes in flight before it */
	uint32_t acked;	 /* bytes that snd_una advanced by */
	uint32_t sacked; /* bytes newly SACKed */
	/* delivery rate sample, where it acknowledges the segment that was
	 * timed: bytes acknowledged since that was sent, and us; rate_us 0:
	 * none */
	uint32_t rate_bytes, rate_us;
	uint8_t dup;   /* it is a duplicate ACK */
	uint8_t dsack; /* it reports that bytes of ours arrived twice */
};

/* Set p's four-tuple to that of the connection that s opens at a listener. */
static inline void tcp_seg_name(const struct tcp_seg *s, struct tcp_pcb *p)
{
	p->path.src = s->rx->dst;
	p->path.dst = s->rx->src;
	p->lport = s->dport;
	p->rport = s->sport;
	p->lip = s->rx->local;
}

#endif
