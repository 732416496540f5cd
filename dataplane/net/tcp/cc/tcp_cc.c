// SPDX-License-Identifier: MIT
/*
 * tcp_cc.c - congestion control: modules, and what happens to the window
 *
 * RFC 5681 3.1 and 4.1 (time-out, restart after idle), RFC 6937 (proportional
 * rate reduction), RFC 8985 7.4. What is common to all modules is here; how the
 * window grows, and what a loss leaves of it, is theirs.
 */
#include "net/tcp/cc/tcp_cc.h"

#include <string.h>

#include "net/tcp/cc/tcp_cubic.h"
#include "net/tcp/cc/tcp_reno.h"
#include "net/tcp/state/tcp_mss.h"
#include "net/tcp/state/tcp_sack.h"

const struct tcp_cc_ops *const tcp_cc_modules[IX_CC_MAX] = {
	[IX_CC_CUBIC] = &tcp_cubic_ops,
	[IX_CC_RENO] = &tcp_reno_ops,
};

void tcp_cc_begin(struct tcp_pcb *p)
{
	memset(p->cc_priv, 0, sizeof(p->cc_priv));
}

void tcp_cc_loss(struct tcp_pcb *p)
{
	uint32_t window = tcp_cc_modules[p->conf.cc]->loss(p);

	p->ssthresh = u32_max(window, 2u * p->mss);
}

void tcp_cc_idle(struct tcp_pcb *p)
{
	p->cwnd = u32_min(p->cwnd, tcp_initial_window(p));
	tcp_cc_modules[p->conf.cc]->idle(p);
}

void tcp_cc_timeout(struct tcp_pcb *p, int again)
{
	if (!again)
		tcp_cc_loss(p);
	p->cwnd = p->mss;
}

void tcp_cc_tail_loss(struct tcp_pcb *p)
{
	tcp_cc_loss(p);
	p->cwnd = p->ssthresh;
}

void tcp_cc_resegment(struct tcp_pcb *p)
{
	p->ssthresh = u32_max(p->cwnd, 2u * p->mss);
}

void tcp_cc_repair_begin(struct tcp_pcb *p)
{
	p->prr_delivered = 0;
	p->prr_out = 0;
	p->prr_flight = u32_max(tcp_flight(p), 1);
}

/* RFC 6937 3 */
void tcp_cc_repair(struct tcp_pcb *p, uint32_t delivered)
{
	uint32_t pipe = tcp_pipe(p), more;

	p->prr_delivered += delivered;
	if (pipe > p->ssthresh) {
		uint64_t want = ((uint64_t)p->prr_delivered * p->ssthresh +
				 p->prr_flight - 1) /
				p->prr_flight;

		more = want > p->prr_out ? (uint32_t)want - p->prr_out : 0;
	} else {
		more = p->prr_delivered > p->prr_out ?
			       p->prr_delivered - p->prr_out :
			       0;
		more = u32_max(more, delivered) + p->mss;
		more = u32_min(more, p->ssthresh - pipe);
	}
	if (p->prr_out == 0)
		more = u32_max(more, p->mss); /* the fast retransmit */
	p->cwnd = u32_max(pipe + more, p->mss);
}

void tcp_cc_repair_end(struct tcp_pcb *p)
{
	p->cwnd = u32_max(p->ssthresh, 2u * p->mss);
}
