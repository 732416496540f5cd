// SPDX-License-Identifier: MIT
/*
 * tcp_event.c - event conditions
 *
 * In order for each connection: KNOCK or CONNECTED, URG, RECV, SENT, EOF, DEAD.
 * A mark is at or behind the bytes that come after it was told of.
 * After KNOCK the rest waits for ACCEPT; after CLOSE there are SENT and DEAD.
 *
 * Trust: the program can write where events go to. Each is made in memory of
 * ours and copied out; nothing is read there.
 */
#include "mem/uaccess.h"
#include "net/tcp/output/tcp_delack.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/state/tcp_urg.h"
#include "net/tcp/tcp.h"

struct batch {
	struct ix_event *ev;
	unsigned n, room;
};

static struct ix_event make(const struct net *n, const struct tcp_pcb *p,
			    uint16_t type)
{
	return (struct ix_event){
		.type = type,
		.rport = p->rport,
		.lport = p->lport,
		.handle = tcp_handle(n, p),
		.cookie = p->cookie,
		.ip = p->path.dst,
		.lip = p->lip,
	};
}

/* The array is pinned: the copy does not fail. */
static void put(struct batch *b, const struct ix_event *e)
{
	uaccess_copy(&b->ev[b->n++], e, sizeof(*e));
}

static int take(struct tcp_pcb *p, unsigned ev)
{
	if (!(p->ev & ev))
		return 0;
	p->ev = (uint8_t)(p->ev & ~ev);
	return 1;
}

static void recv_event(struct net *n, struct batch *b, struct tcp_pcb *p)
{
	struct rte_mbuf *m = p->rcv_deliv;
	struct ix_event e = make(n, p, IX_EV_RECV);

	e.data = (uint64_t)(uintptr_t)rte_pktmbuf_mtod_offset(m, char *,
							      p->rcv_deliv_off);
	e.len = m->data_len - p->rcv_deliv_off;
	e.detail = tcp_delack_prompt(p) ? IX_RECV_PROMPT : 0;
	p->rcv_undelivered -= e.len;
	p->rcv_deliv = m->next;
	p->rcv_deliv_off = 0;
	put(b, &e);
}

static void connected_event(struct net *n, struct batch *b, struct tcp_pcb *p)
{
	struct ix_event e = make(n, p, IX_EV_CONNECTED);

	e.window = tcp_sq_room(p);
	e.err = p->ev & TE_DEAD ? 0 : p->err;
	if (e.err)
		p->flags |= TF_TOLD;
	put(b, &e);
}

/* Distances are from the byte that the next RECV begins with. */
static void urg_event(struct net *n, struct batch *b, struct tcp_pcb *p)
{
	struct ix_event e = make(n, p, IX_EV_URG);
	uint32_t fin = (p->flags & TF_RCV_FIN) != 0;
	uint32_t next = p->rcv_nxt - fin - p->rcv_undelivered;
	const struct tcp_marks *m = tcp_marks(n->tcp, p);

	e.len = m->rcv_up - next;
	if (p->urg & URG_NEW) {
		e.detail |= IX_URG_NEW;
		e.window = m->old - next;
		e.data = m->run;
	}
	if (p->urg & URG_CAME)
		e.detail |= IX_URG_CAME;
	if (p->urg & URG_BYTE)
		e.detail |= IX_URG_BYTE | p->urg_byte;
	p->urg = (uint8_t)(p->urg & ~(URG_NEW | URG_CAME));
	put(b, &e);
}

/* What comes before bytes. */
static __rte_noinline void first_event(struct net *n, struct batch *b,
				       struct tcp_pcb *p)
{
	if (take(p, TE_CONNECTED))
		connected_event(n, b, p);
	else if (take(p, TE_URG))
		urg_event(n, b, p);
}

static void sent_event(struct net *n, struct batch *b, struct tcp_pcb *p)
{
	struct ix_event e = make(n, p, IX_EV_SENT);

	e.len = p->sent_bytes;
	e.window = tcp_sq_room(p);
	p->sent_bytes = 0;
	put(b, &e);
}

/* KNOCK, EOF or DEAD */
static void plain_event(struct net *n, struct batch *b, const struct tcp_pcb *p,
			uint16_t type)
{
	struct ix_event e = make(n, p, type);

	if (type == IX_EV_KNOCK)
		e.window = tcp_sq_room(p);
	if (type == IX_EV_DEAD)
		e.err = p->err;
	put(b, &e);
}

/* The next event of p into b, which has room; 0: there is none. */
static int one(struct net *n, struct batch *b, struct tcp_pcb *p)
{
	if (take(p, TE_KNOCK)) {
		plain_event(n, b, p, IX_EV_KNOCK);
		return 1;
	}
	if (!(p->flags & TF_ACCEPTED))
		return 0;
	if (unlikely(p->ev & (TE_CONNECTED | TE_URG))) {
		first_event(n, b, p);
		return 1;
	}
	if (p->rcv_undelivered) {
		recv_event(n, b, p);
		return 1;
	}
	if (take(p, TE_SENT)) {
		sent_event(n, b, p);
		return 1;
	}
	if (take(p, TE_EOF)) {
		plain_event(n, b, p, IX_EV_EOF);
		return 1;
	}
	if (take(p, TE_DEAD)) {
		plain_event(n, b, p, IX_EV_DEAD);
		p->flags |= TF_TOLD;
	}
	return 0;
}

unsigned tcp_events(struct net *n, struct ix_event *ev, unsigned room,
		    uint32_t *more)
{
	struct tcp *t = n->tcp;
	struct batch b = { .ev = ev, .room = room };
	struct tcp_pcb *p;

	while ((p = tcp_list_first(t, &t->ready)) && b.n < room) {
		if (one(n, &b, p))
			continue;
		tcp_list_remove(t, &t->ready, p, TL_READY);
		p->flags &= ~(uint32_t)TF_READY;
		tcp_pcb_reap(n, p);
	}
	*more = t->ready.first != 0;
	return b.n;
}

int tcp_events_due(const struct net *n)
{
	return n->tcp->ready.first != 0;
}
