// SPDX-License-Identifier: MIT
/*
 * tcp_delack.c - when to acknowledge what has arrived in order
 *
 * RFC 9293 3.8.6.3, RFC 5681 4.2, in the manner of Linux:
 * - more than one whole segment is acknowledged at once;
 * - so are the first segments, and those after a pause or a loss (quickacks),
 *   until the program answers (ACK_PINGPONG);
 * - what ends a write of the peer (ACK_PUSHED), which Nagle's algorithm may be
 *   waiting for, is acknowledged when the program has read all there is;
 * - the rest waits for an answer to ride on, as long as the gaps between
 *   arrivals suggest (ato): 40 to 200 ms.
 */
#include "net/tcp/output/tcp_delack.h"

#include "net/tcp/state/tcp_arm.h"
#include "net/tcp/state/tcp_mss.h"

#define ATO_MIN tcp_us_to_ticks(TCP_DELACK_US)
#define ATO_MAX tcp_us_to_ticks(TCP_DELACK_MAX_US)

static uint32_t bound(const struct tcp_pcb *p, uint32_t ato)
{
	return u32_min(ato, u32_min(ATO_MAX, tcp_us_to_ticks(p->rto_us)));
}

/* Half a window's worth of segments, within reason. */
static void quick_begin(struct tcp_pcb *p)
{
	uint32_t quick = (p->rcv_adv - p->rcv_nxt) / (2u * p->rcv_mss);

	quick = u32_min(u32_max(quick, 2), TCP_QUICKACKS);
	p->quickacks = (uint8_t)u32_max(quick, p->quickacks);
}

void tcp_delack_quick(struct tcp_pcb *p)
{
	quick_begin(p);
	p->ackf &= (uint8_t)~ACK_PINGPONG;
	p->ato = (uint8_t)ATO_MIN;
}

/* A whole segment, or the end of what the peer wrote? */
static void measure(const struct net *n, struct tcp_pcb *p,
		    const struct tcp_seg *s)
{
	if (s->mss < p->rcv_mss) {
		p->ackf |= p->ackf & ACK_PUSHED ? ACK_PUSHED2 : ACK_PUSHED;
		return;
	}
	if (unlikely(s->mss > p->rcv_mss))
		p->rcv_mss = (uint16_t)u32_min(s->mss, tcp_mss_own(n, p));
	if (s->flags & TH_PSH)
		p->ackf |= ACK_PUSHED; /* it wrote as much as that */
}

/* The gap since the last arrival. */
static void pace(const struct net *n, struct tcp_pcb *p)
{
	uint32_t now = tcp_tick(n), gap = now - p->data_tick;

	p->data_tick = now;
	if (unlikely(!p->ato)) {
		quick_begin(p);
		p->ato = (uint8_t)ATO_MIN;
	} else if (gap <= ATO_MIN / 2) {
		p->ato = (uint8_t)(p->ato / 2 + ATO_MIN / 2);
	} else if (gap < p->ato) {
		p->ato = (uint8_t)bound(p, p->ato / 2 + gap);
	} else if (gap > tcp_us_to_ticks(p->rto_us)) {
		quick_begin(p);
	}
}

/* As long as an answer may take, but no longer than a round trip. */
static uint64_t delay_us(const struct tcp_pcb *p)
{
	uint64_t us = ((uint64_t)p->ato << TIMER_TICK_SHIFT) / 1000;
	uint32_t rtt = u32_max(p->srtt >> 3, TCP_DELACK_US);

	return p->srtt && rtt < us ? rtt : us;
}

static void later(struct net *n, struct tcp_pcb *p)
{
	int32_t left = (int32_t)(p->deadline[TD_DELACK] - tcp_tick(n));
	uint64_t us = delay_us(p);

	if (p->flags & TF_DELACK) {
		if (left <= p->ato / 4)
			tcp_ack_now(n, p); /* as the timer would in a moment */
		if (left <= (int32_t)tcp_us_to_ticks(us))
			return;
	}
	p->flags |= TF_DELACK;
	tcp_timer_set(n, p, TD_DELACK, us);
}

void tcp_delack_data(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s)
{
	measure(n, p, s);
	pace(n, p);
	if (p->rcv_nxt - p->last_ack_sent > p->rcv_mss ||
	    (p->quickacks && !(p->ackf & ACK_PINGPONG)))
		tcp_ack_now(n, p);
	else
		later(n, p);
}

/* Is an acknowledgement held back until the program has read? */
static int held(const struct tcp_pcb *p)
{
	return (p->flags & TF_DELACK) &&
	       (p->ackf & ACK_PUSHED2 ||
		(p->ackf & (ACK_PUSHED | ACK_PINGPONG)) == ACK_PUSHED);
}

int tcp_delack_read(const struct tcp_pcb *p)
{
	return held(p) && !p->rcv.head && !p->ooo;
}

/* Or the peer has no room for two more segments. */
int tcp_delack_prompt(const struct tcp_pcb *p)
{
	return held(p) ||
	       (int32_t)(p->rcv_adv - p->rcv_nxt) < 2 * (int32_t)p->rcv_mss;
}

void tcp_delack_set(struct net *n, struct tcp_pcb *p, int quick)
{
	if (!quick) {
		p->ackf |= ACK_PINGPONG;
		return;
	}
	p->ackf &= (uint8_t)~ACK_PINGPONG;
	if (p->flags & TF_DELACK)
		tcp_ack_now(n, p);
}

/* No answer came: if there were some before, the program has changed its mind,
 * else it is slow. */
void tcp_delack_fire(struct net *n, struct tcp_pcb *p)
{
	if (!(p->flags & TF_DELACK))
		return;
	STAT(n, tcp_delack);
	if (p->ackf & ACK_PINGPONG) {
		p->ackf &= (uint8_t)~ACK_PINGPONG;
		p->ato = (uint8_t)ATO_MIN;
	} else {
		p->ato = (uint8_t)bound(p, 2u * p->ato);
	}
	tcp_ack_now(n, p);
}
