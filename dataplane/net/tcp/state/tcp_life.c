// SPDX-License-Identifier: MIT
/*
 * tcp_life.c - life and death of connections
 *
 * The protocol is done with a pcb when it is CLOSED (tcp_kill) or when
 * TIME-WAIT has passed; the program is done with it when it has called CLOSE
 * (TF_CLOSED) and has been told DEAD (TF_TOLD). It is freed when both are.
 * DEAD is raised when the connection is over, or, after CLOSE, as soon as no
 * program memory is queued any more.
 */
#include "net/tcp/state/tcp_life.h"

#include <string.h>

#include "net/tcp/state/tcp_backlog.h"
#include "net/tcp/state/tcp_hash.h"
#include "net/tcp/state/tcp_mss.h"
#include "net/tcp/state/tcp_ooo.h"
#include "net/tcp/state/tcp_rcvq.h"
#include "net/tcp/state/tcp_sack.h"
#include "net/tcp/state/tcp_sendq.h"

static int program_done(const struct tcp_pcb *p)
{
	return (p->flags & (TF_CLOSED | TF_TOLD)) == (TF_CLOSED | TF_TOLD);
}

/* End the oldest TIME-WAIT of which the program knows nothing any more. */
static int recycle(struct net *n)
{
	struct tcp_pcb *p = tcp_list_first(n->tcp, &n->tcp->tw);

	if (!p || !program_done(p))
		return 0;
	STAT(n, tcp_tw_recycled);
	tcp_tw_end(n, p);
	return 1;
}

/* All but the generation, which is never 0 in between: a driver that is killed
 * then would make old handles valid again. */
void tcp_pcb_init(const struct net *n, struct tcp_pcb *p)
{
	size_t after = offsetof(struct tcp_pcb, gen) + sizeof(p->gen);

	memset(p, 0, offsetof(struct tcp_pcb, gen));
	memset((char *)p + after, 0, sizeof(*p) - after);
	p->state = TCPS_CLOSED;
	p->mss = TCP_MSS_DEFAULT;
	p->snd_max = TCP_MSS_DEFAULT;
	p->rcv_mss = TCP_MSS_DEFAULT;
	p->peer_mss = TCP_MSS_DEFAULT;
	p->rto_us = TCP_RTO_INIT;
	p->last_rcv = tcp_tick(n);
	p->timer.fn = n->tcp->fire;
	tcp_cwnd_init(p);
}

struct tcp_pcb *tcp_pcb_alloc(struct net *n)
{
	struct tcp *t = n->tcp;
	struct tcp_pcb *p;
	uint32_t i;

	i = pool_get(&t->pcbs);
	if (i == POOL_NONE && recycle(n))
		i = pool_get(&t->pcbs);
	if (i == POOL_NONE)
		return NULL;
	p = tcp_pcb_at(t, i);
	p->gen += p->gen == UINT32_MAX ? 2 : 1;
	tcp_pcb_init(n, p);
	return p;
}

int tcp_syn_evict(struct net *n)
{
	struct tcp_pcb *p = tcp_list_first(n->tcp, &n->tcp->syns);

	if (!p)
		return 0;
	STAT(n, tcp_syn_evicted);
	tcp_pcb_free(n, p);
	return 1;
}

struct tcp_pcb *tcp_pcb_claim(struct net *n)
{
	struct tcp_pcb *p = tcp_pcb_alloc(n);

	if (!p && tcp_syn_evict(n))
		p = tcp_pcb_alloc(n);
	return p;
}

/* Give back everything but what the program may still read. */
static void release(struct net *n, struct tcp_pcb *p)
{
	unsigned d;

	tcp_sq_free(n, p);
	tcp_ooo_free(n, p);
	tcp_sack_free(n, p);
	timer_disarm(&n->wheel, &p->timer);
	for (d = 0; d < TD_MAX; d++)
		p->deadline[d] = 0;
	if (p->flags & TF_OUT)
		tcp_list_remove(n->tcp, &n->tcp->out, p, TL_OUT);
	p->flags &= ~(uint32_t)(TF_OUT | TF_ACKNOW | TF_DELACK | TF_SYNNOW |
				TF_FIN | TF_DSACK | TF_FIN_OOO);
}

void tcp_pcb_free(struct net *n, struct tcp_pcb *p)
{
	struct tcp *t = n->tcp;

	if (p->state == TCPS_TIME_WAIT) {
		tcp_list_remove(t, &t->tw, p, TL_LINK);
		t->ntw--;
	}
	tcp_listener_leave(n, p);
	release(n, p);
	tcp_rcv_free(n, p);
	tcp_unhash(n, p);
	if (p->flags & TF_READY)
		tcp_list_remove(t, &t->ready, p, TL_READY);
	if (p->flags & TF_LINGER)
		t->lingering--;
	if (p->state == TCPS_MOVED)
		t->nmoved--;
	p->flags = 0;
	p->state = TCPS_FREE;
	pool_put(&t->pcbs, tcp_pcb_index(t, p));
}

/*
 * Has the program heard of p, or will it? As on Linux, a connection that was
 * open once awaits ACCEPT even when its peer is gone.
 */
static int program_knows(const struct tcp_pcb *p)
{
	return (p->flags & TF_ACCEPTED) ||
	       (p->listener && p->state != TCPS_SYN_RCVD);
}

/* Once for each connection. */
void tcp_tell_dead(struct net *n, struct tcp_pcb *p, int err)
{
	if (p->flags & TF_DEAD)
		return;
	p->flags |= TF_DEAD;
	p->err = (uint16_t)err;
	if (!(p->flags & (TF_PASSIVE | TF_CLOSED)) && tcp_in(p, TCPS_HANDSHAKE))
		tcp_raise(n, p, TE_CONNECTED);
	else
		tcp_raise(n, p, TE_DEAD);
}

void tcp_pcb_reap(struct net *n, struct tcp_pcb *p)
{
	if (p->state == TCPS_CLOSED && program_done(p))
		tcp_pcb_free(n, p);
}

/* The connection is over; err: why, for the program. */
void tcp_kill(struct net *n, struct tcp_pcb *p, int err)
{
	if (!program_knows(p)) {
		tcp_pcb_free(n, p);
		return;
	}
	tcp_tell_dead(n, p, err);
	release(n, p);
	tcp_unhash(n, p);
	p->state = TCPS_CLOSED;
	tcp_linger_update(n, p);
	tcp_pcb_reap(n, p);
}

/*
 * TIME-WAIT: all wait equally long, so the list is in order
 */
static void tw_arm(struct net *n)
{
	struct tcp *t = n->tcp;
	struct tcp_pcb *p = tcp_list_first(t, &t->tw);
	uint32_t left;

	if (!p || timer_armed(&t->tw_timer))
		return;
	left = p->una_since + tcp_us_to_ticks(TCP_TIME_WAIT_US) - tcp_tick(n);
	timer_arm(&n->wheel, &t->tw_timer,
		  ((n->now >> TIMER_TICK_SHIFT) + left) << TIMER_TICK_SHIFT);
}

void tcp_time_wait(struct net *n, struct tcp_pcb *p)
{
	struct tcp *t = n->tcp;
	uint32_t out = p->flags & TF_OUT, ack = p->flags & TF_ACKNOW;

	STAT(n, tcp_tw);
	tcp_tell_dead(n, p, 0);
	release(n, p);
	p->state = TCPS_TIME_WAIT;
	if (out && ack)
		tcp_ack_now(n, p);
	p->una_since = tcp_tick(n);
	tcp_list_append(t, &t->tw, p, TL_LINK);
	t->ntw++;
	tcp_linger_update(n, p);
	tw_arm(n);
}

/* TIME-WAIT has passed, or yields. */
void tcp_tw_end(struct net *n, struct tcp_pcb *p)
{
	tcp_list_remove(n->tcp, &n->tcp->tw, p, TL_LINK);
	n->tcp->ntw--;
	release(n, p);
	tcp_unhash(n, p);
	p->state = TCPS_CLOSED;
	tcp_pcb_reap(n, p);
}

void tcp_tw_timer(struct net *n, struct timer *timer)
{
	struct tcp *t = n->tcp;
	struct tcp_pcb *p;

	(void)timer;
	while ((p = tcp_list_first(t, &t->tw)) &&
	       tcp_tick(n) - p->una_since >= tcp_us_to_ticks(TCP_TIME_WAIT_US))
		tcp_tw_end(n, p);
	tw_arm(n);
}

/* Count p in t->lingering while the peer has not got all from us. */
void tcp_linger_update(struct net *n, struct tcp_pcb *p)
{
	int owes = tcp_in(p, TCPS_SENDING | TCPS_HANDSHAKE) &&
		   (p->sq_len > 0 ||
		    (p->flags & (TF_FIN | TF_FIN_ACKED)) == TF_FIN);

	if (owes == !!(p->flags & TF_LINGER))
		return;
	p->flags ^= TF_LINGER;
	n->tcp->lingering += owes ? 1 : (uint32_t)-1;
}

struct tcp_pcb *tcp_pcb_get(struct net *n, ix_handle_t h)
{
	struct tcp *t = n->tcp;
	uint32_t i = IX_HANDLE_INDEX(h);
	struct tcp_pcb *p;

	if (likely(IX_HANDLE_KIND(h) == IX_KIND_TCP && i < t->pcbs.hi)) {
		p = tcp_pcb_at(t, i);
		if (likely(p->gen == IX_HANDLE_GEN(h) &&
			   p->state != TCPS_FREE && !(p->flags & TF_CLOSED)))
			return p;
	}
	STAT(n, tcp_bad_handle);
	return NULL;
}
