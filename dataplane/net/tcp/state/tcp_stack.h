/* SPDX-License-Identifier: MIT */
/*
 * tcp_stack.h - TCP state of one elastic thread: connections, listeners, ports
 */
#ifndef IX_NET_TCP_STACK_H
#define IX_NET_TCP_STACK_H

#include "net/tcp/state/tcp_pcb.h"

struct tcp_listener {
	uint32_t next; /* in the port's chain: index + 1 */
	uint32_t gen;
	struct ix_addr addr;
	uint16_t port;
	uint8_t any; /* it listens on all of our addresses */
	uint8_t in_use;
	uint8_t reuseport;
	uint8_t share; /* tcp_pcb.share of its connections */
	uint8_t defer; /* TCP_DEFER_ACCEPT: SYN-ACK retransmissions before a
			* handshake without data is accepted; 0: off */
	uint32_t backlog;
	uint32_t nsyn;	 /* children in SYN-RECEIVED (in struct tcp.syns) */
	uint32_t nqueue; /* connections that await ACCEPT (in queue) */
	uint64_t cookie;
	struct tcp_list queue;
	struct tcp_conf conf; /* inherited by its connections */
};

/* Who uses an own port, see tcp_ledger.h. */
struct tcp_port {
	uint32_t conns[IX_SHARE_ALL + 1]; /* connections, by tcp_pcb.share */
	uint32_t held;			  /* PORT_HOLDs without PORT_FREE */
};

#define TCP_PORTS 65536
#define TCP_PORT_CHAINS 1024
#define TCP_PORT_COUNTERS 256

struct tcp {
	/* lookup: linear hashing over pcbs */
	uint32_t *bucket; /* heads of the chains: pcb index + 1 */
	uint32_t hmask;	  /* buckets before this round of splits - 1 */
	uint32_t hsplit;  /* buckets split in this round */
	uint32_t hmax;	  /* buckets at most */
	uint32_t hcount;  /* pcbs in the table */
	uint64_t hseed[2];
	struct tcp_pool pcbs;
	struct tcp_marks *marks; /* one for each pcb, same index */
	struct tcp_pool pieces;	 /* struct tcp_piece */
	struct tcp_pool ooos;	 /* struct tcp_ooo */
	struct tcp_pool sbs;	 /* struct tcp_sb */
	struct tcp_pool listeners;
	struct tcp_list ready; /* pcbs with events to deliver */
	struct tcp_list out;   /* pcbs with something to send */
	struct tcp_list tw;    /* TIME-WAIT, oldest first */
	struct tcp_list syns;  /* half-open children, oldest first */
	struct timer tw_timer;
	void (*fire)(struct net *n, struct timer *t); /* tcp_pcb.timer.fn */
	uint32_t ntw;				      /* pcbs in tw */
	uint32_t nsyn;				      /* pcbs in syns */
	uint32_t syncookies;	 /* 1: a SYN cookie was ever sent */
	uint32_t syncookie_tick; /* when the last SYN cookie was sent */
	uint32_t nmoved;	 /* pcbs in state MOVED */
	uint32_t lingering;	 /* pcbs with TF_LINGER, see tcp_lingering() */
	uint32_t rx_held;	 /* mbufs of received bytes, in order or not */
	uint32_t down;		 /* bit d: device d is gone */
	struct tcp_port *port;	 /* [TCP_PORTS] */
	uint32_t port_chain[TCP_PORT_CHAINS];	  /* listeners: index + 1 */
	uint32_t port_counter[TCP_PORT_COUNTERS]; /* RFC 6056 algorithm 4 */
};

/* The time in ticks of the timing wheel (1.05 ms), the unit of deadlines and of
 * our timestamps. */
static inline uint32_t tcp_tick(const struct net *n)
{
	return (uint32_t)(n->now >> TIMER_TICK_SHIFT);
}

static inline uint32_t tcp_us_to_ticks(uint64_t us)
{
	return (uint32_t)((us * 1000) >> TIMER_TICK_SHIFT);
}

static inline uint32_t tcp_pcb_index(const struct tcp *t,
				     const struct tcp_pcb *p)
{
	return (uint32_t)(p - (const struct tcp_pcb *)t->pcbs.base);
}

static inline struct tcp_pcb *tcp_pcb_at(const struct tcp *t, uint32_t i)
{
	return (struct tcp_pcb *)t->pcbs.base + i;
}

static inline struct tcp_marks *tcp_marks(const struct tcp *t,
					  const struct tcp_pcb *p)
{
	return &t->marks[tcp_pcb_index(t, p)];
}

static inline ix_handle_t tcp_handle(const struct net *n,
				     const struct tcp_pcb *p)
{
	return IX_HANDLE(tcp_pcb_index(n->tcp, p), IX_KIND_TCP, p->gen);
}

static inline struct tcp_pcb *tcp_list_first(const struct tcp *t,
					     const struct tcp_list *l)
{
	return l->first ? tcp_pcb_at(t, l->first - 1) : NULL;
}

static inline void tcp_list_append(const struct tcp *t, struct tcp_list *l,
				   struct tcp_pcb *p, enum tcp_which w)
{
	uint32_t i = tcp_pcb_index(t, p) + 1;

	p->links[w] = (struct tcp_links){ .prev = l->last };
	if (l->last)
		tcp_pcb_at(t, l->last - 1)->links[w].next = i;
	else
		l->first = i;
	l->last = i;
}

static inline void tcp_list_remove(const struct tcp *t, struct tcp_list *l,
				   struct tcp_pcb *p, enum tcp_which w)
{
	uint32_t next = p->links[w].next, prev = p->links[w].prev;

	if (next)
		tcp_pcb_at(t, next - 1)->links[w].prev = prev;
	else
		l->last = prev;
	if (prev)
		tcp_pcb_at(t, prev - 1)->links[w].next = next;
	else
		l->first = next;
}

/* Put p on the list of connections that tcp_output_pending() serves. */
static inline void tcp_want_output(struct net *n, struct tcp_pcb *p)
{
	if (p->flags & TF_OUT)
		return;
	p->flags |= TF_OUT;
	tcp_list_append(n->tcp, &n->tcp->out, p, TL_OUT);
}

static inline void tcp_ack_now(struct net *n, struct tcp_pcb *p)
{
	p->flags |= TF_ACKNOW;
	tcp_want_output(n, p);
}

/* Note events ev (TE_*) and put p on the list that tcp_events() serves. After
 * CLOSE only SENT and DEAD are raised, after DEAD was delivered nothing. */
static inline void tcp_raise(struct net *n, struct tcp_pcb *p, unsigned ev)
{
	if (p->flags & (TF_CLOSED | TF_TOLD)) {
		ev &= p->flags & TF_TOLD ? 0 : TE_SENT | TE_DEAD;
		if (!ev)
			return;
	}
	p->ev = (uint8_t)(p->ev | ev);
	if (p->flags & TF_READY)
		return;
	p->flags |= TF_READY;
	tcp_list_append(n->tcp, &n->tcp->ready, p, TL_READY);
}

#endif
