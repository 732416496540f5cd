// SPDX-License-Identifier: MIT
/*
 * tcp_reno.c - congestion control: NewReno (RFC 5681 3.1, RFC 6582)
 */
#include "net/tcp/cc/tcp_reno.h"

#include "net/tcp/cc/tcp_slowstart.h"

struct reno {
	uint32_t acked; /* bytes, since the window grew last */
};
_Static_assert(sizeof(struct reno) <= TCP_CC_PRIV, "tcp_pcb.cc_priv");

static struct reno *reno_of(struct tcp_pcb *p)
{
	return (struct reno *)p->cc_priv;
}

/* RFC 5681 3.1 (2): a segment each round trip */
static void ack(const struct net *n, struct tcp_pcb *p,
		const struct tcp_ackinfo *a)
{
	struct reno *r = reno_of(p);
	uint32_t bytes = tcp_slow_start(p, a);

	(void)n;
	r->acked += bytes;
	if (!bytes || r->acked < p->cwnd)
		return;
	r->acked -= p->cwnd;
	p->cwnd += p->mss;
}

/* RFC 5681 (4) */
static uint32_t loss(struct tcp_pcb *p)
{
	reno_of(p)->acked = 0;
	return tcp_loss_window(p) / 2;
}

static void idle(struct tcp_pcb *p)
{
	(void)p;
}

const struct tcp_cc_ops tcp_reno_ops = {
	.ack = ack,
	.loss = loss,
	.idle = idle,
};
