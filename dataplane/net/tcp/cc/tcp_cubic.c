// SPDX-License-Identifier: MIT
/*
 * tcp_cubic.c - congestion control: CUBIC (RFC 9438)
 *
 * Not: spurious loss detection (4.9).
 */
#include "base/units.h"
#include "net/tcp/cc/tcp_cubic.h"

#include "net/tcp/cc/tcp_slowstart.h"

/* beta_cubic = 0.7; C = 0.4 segments per second cubed */
#define BETA(w) ((uint32_t)((uint64_t)(w)*717 / 1024))
#define QUANTUM_SHIFT 6 /* the window is recomputed 64 times a round trip */

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

static void epoch_start(const struct tcp_pcb *p, struct tcp_cubic *c,
			uint32_t now_ms)
{
	c->epoch = now_ms ? now_ms : 1;
	c->acked = 0;
	c->west = p->cwnd;
	c->k = 0;
	if (p->cwnd < c->wmax)
		c->k = cube_root((uint64_t)(c->wmax - p->cwnd) *
				 UINT64_C(2500000000) / p->mss);
	else
		c->wmax = p->cwnd;
}

/* RFC 9438 4.2 (1): W_cubic, in bytes, t ms into the epoch */
static uint32_t w_cubic(const struct tcp_cubic *c, uint32_t mss, uint32_t t)
{
	uint64_t d = t > c->k ? t - c->k : c->k - t;
	uint64_t delta;

	if (d > 200000)
		d = 200000;
	delta = d * d * d / 1000 * 4 * mss / 10000000;
	if (t > c->k)
		return (uint32_t)(c->wmax + delta > TCP_CWND_MAX ?
					  TCP_CWND_MAX :
					  c->wmax + delta);
	return c->wmax > delta ? (uint32_t)(c->wmax - delta) : 0;
}

/* RFC 9438 4.2 to 4.5: bytes were acknowledged in congestion avoidance */
static void grow(struct tcp_pcb *p, struct tcp_cubic *c, uint32_t now_ms,
		 uint32_t bytes)
{
	uint32_t target, t, alpha;

	t = now_ms - c->epoch;
	target = w_cubic(c, p->mss, t + (p->srtt >> 3) / 1000);
	target = u32_min(target, p->cwnd + p->cwnd / 2);
	/* the window that Reno would have: alpha 0.53, then 1 */
	alpha = c->west < c->wmax ? 542 : 1024;
	c->west +=
		(uint32_t)((uint64_t)bytes * p->mss * alpha / 1024 / p->cwnd);
	if (target > p->cwnd)
		p->cwnd += (uint32_t)((uint64_t)bytes * (target - p->cwnd) /
				      p->cwnd);
	if (w_cubic(c, p->mss, t) < c->west)
		p->cwnd = u32_max(p->cwnd, c->west);
}

static void ack(const struct net *n, struct tcp_pcb *p,
		const struct tcp_ackinfo *a)
{
	struct tcp_cubic *c = tcp_cubic_of(p);
	uint32_t bytes = tcp_slow_start(p, a), now_ms, quantum;

	if (!bytes)
		return;
	now_ms = (uint32_t)(n->now / NSEC_PER_MSEC);
	quantum = u32_max(p->mss, p->cwnd >> QUANTUM_SHIFT);
	if (!c->epoch)
		epoch_start(p, c, now_ms);
	c->acked += bytes;
	if (c->acked < quantum)
		return;
	bytes = u32_min(c->acked, p->cwnd);
	c->acked = 0;
	grow(p, c, now_ms, bytes);
}

/* RFC 9438 4.6 and 4.7 */
static uint32_t loss(struct tcp_pcb *p)
{
	struct tcp_cubic *c = tcp_cubic_of(p);

	c->epoch = 0;
	c->acked = 0;
	c->wmax = p->cwnd < c->wmax ? p->cwnd / 1024 * 870 : p->cwnd;
	return BETA(tcp_loss_window(p));
}

static void idle(struct tcp_pcb *p)
{
	tcp_cubic_of(p)->epoch = 0;
}

const struct tcp_cc_ops tcp_cubic_ops = {
	.ack = ack,
	.loss = loss,
	.idle = idle,
};
