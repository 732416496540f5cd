// SPDX-License-Identifier: MIT
/*
 * tcp_cc.c - congestion control: CUBIC, or Reno where it is asked for
 *
 * RFC 9438, RFC 6928 (initial window), RFC 5681 3.1 and 4.1 (slow start,
 * restart after idle), RFC 3465 (bytes are counted). In slow start the window
 * grows by all that was acknowledged, as on Linux, since one
 * acknowledgement may stand for a whole batch. Not: HyStart++, spurious
 * loss detection.
 */
#include "net/tcp_cc.h"

#define IW_SEGS 10
#define CWND_MAX (1u << 30)
/* beta_cubic = 0.7; C = 0.4 segments per second cubed */
#define BETA(w) ((uint32_t)((uint64_t)(w)*717 / 1024))
#define QUANTUM_SHIFT 6 /* the window is recomputed 64 times a round trip */

static uint32_t initial_window(const struct tcp_pcb *p)
{
	/* RFC 6928 2; RFC 5681 3.1: one segment if the SYN was lost */
	if (p->flags & TF_SYN_RTX)
		return p->mss;
	return u32_min(IW_SEGS * p->mss, u32_max(2u * p->mss, 14600));
}

void tcp_cc_init(struct tcp_pcb *p)
{
	p->cwnd = initial_window(p);
	p->ssthresh = CWND_MAX;
	p->cc_epoch = 0;
	p->cc_wmax = 0;
}

static uint32_t cube_root(uint64_t a)
{
	uint64_t r = 0;
	int s;

	for (s = 63; s >= 0; s -= 3) {
		uint64_t b;

		r *= 2;
		b = 3 * r * (r + 1) + 1;
		if (a >> s >= b) {
			a -= b << s;
			r++;
		}
	}
	return (uint32_t)r;
}

static void epoch_start(struct tcp_pcb *p, uint32_t now_ms)
{
	p->cc_epoch = now_ms ? now_ms : 1;
	p->cc_acked = 0;
	p->cc_west = p->cwnd;
	p->cc_k = 0;
	if (p->cwnd < p->cc_wmax)
		p->cc_k = cube_root((uint64_t)(p->cc_wmax - p->cwnd) *
				    UINT64_C(2500000000) / p->mss);
	else
		p->cc_wmax = p->cwnd;
}

/* RFC 9438 4.2 (1): W_cubic, in bytes, t ms into the epoch */
static uint32_t w_cubic(const struct tcp_pcb *p, uint32_t t)
{
	uint64_t d = t > p->cc_k ? t - p->cc_k : p->cc_k - t;
	uint64_t delta;

	if (d > 200000)
		d = 200000;
	delta = d * d * d / 1000 * 4 * p->mss / 10000000;
	if (t > p->cc_k)
		return (uint32_t)(p->cc_wmax + delta > CWND_MAX ?
					  CWND_MAX :
					  p->cc_wmax + delta);
	return p->cc_wmax > delta ? (uint32_t)(p->cc_wmax - delta) : 0;
}

/* RFC 9438 4.2 to 4.5: bytes were acknowledged in congestion avoidance */
static void cubic(struct tcp_pcb *p, uint32_t now_ms, uint32_t bytes)
{
	uint32_t target, t, alpha;

	t = now_ms - p->cc_epoch;
	target = w_cubic(p, t + (p->srtt >> 3) / 1000);
	target = u32_min(target, p->cwnd + p->cwnd / 2);
	/* the window that Reno would have: alpha 0.53, then 1 */
	alpha = p->cc_west < p->cc_wmax ? 542 : 1024;
	p->cc_west +=
		(uint32_t)((uint64_t)bytes * p->mss * alpha / 1024 / p->cwnd);
	if (target > p->cwnd)
		p->cwnd += (uint32_t)((uint64_t)bytes * (target - p->cwnd) /
				      p->cwnd);
	if (w_cubic(p, t) < p->cc_west)
		p->cwnd = u32_max(p->cwnd, p->cc_west);
}

/* RFC 5681 3.1 (2): a segment each round trip */
static void reno(struct tcp_pcb *p, uint32_t bytes)
{
	p->cc_acked += bytes;
	if (p->cc_acked < p->cwnd)
		return;
	p->cc_acked -= p->cwnd;
	p->cwnd += p->mss;
}

static void avoid(const struct net *n, struct tcp_pcb *p, uint32_t bytes)
{
	uint32_t now_ms = (uint32_t)(n->now / 1000000);
	uint32_t quantum = u32_max(p->mss, p->cwnd >> QUANTUM_SHIFT);

	if (p->conf.flags & CONF_RENO) {
		reno(p, bytes);
		return;
	}
	if (!p->cc_epoch)
		epoch_start(p, now_ms);
	p->cc_acked += bytes;
	if (p->cc_acked < quantum)
		return;
	bytes = u32_min(p->cc_acked, p->cwnd);
	p->cc_acked = 0;
	cubic(p, now_ms, bytes);
}

void tcp_cc_ack(const struct net *n, struct tcp_pcb *p,
		const struct tcp_ackinfo *a)
{
	uint32_t bytes = a->acked, room;

	if (!bytes || p->cwnd >= CWND_MAX / 2)
		return;
	/* RFC 7661: a window that was not used has proved nothing */
	if (p->ca_state == CA_OPEN && a->flight + p->mss < p->cwnd &&
	    !(p->flags & TF_CWND_LIM))
		return;
	p->flags &= ~(uint32_t)TF_CWND_LIM;
	if (p->cwnd < p->ssthresh) {
		if (p->ca_state == CA_LOSS) /* RFC 3465 2.3 */
			bytes = u32_min(bytes, p->mss);
		room = p->ssthresh - p->cwnd;
		p->cwnd += u32_min(bytes, room);
		if (bytes <= room)
			return;
		bytes -= room;
	}
	avoid(n, p, bytes);
}

/* RFC 9438 4.6 and 4.7 */
void tcp_cc_loss(struct tcp_pcb *p)
{
	uint32_t w = p->cwnd, least = 2u * p->mss;
	uint32_t used = u32_min(w, u32_max(tcp_flight(p), least));

	p->cc_epoch = 0;
	p->cc_acked = 0;
	p->cc_wmax = w < p->cc_wmax ? w / 1024 * 870 : w;
	p->ssthresh = u32_max(p->conf.flags & CONF_RENO ? used / 2 : BETA(used),
			      least);
}

/* RFC 5681 4.1: nothing was sent for more than an RTO */
void tcp_cc_idle(struct tcp_pcb *p)
{
	p->cwnd = u32_min(p->cwnd, initial_window(p));
	p->cc_epoch = 0;
}
