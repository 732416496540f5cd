// SPDX-License-Identifier: MIT
/*
 * tcp_output.c - when segments may be sent
 *
 * RFC 9293 3.7.4 (Nagle, in Minshall's form as on Linux: only a short segment
 * in flight holds the next one back), 3.8.6.2.1 (sender's silly window
 * syndrome avoidance), RFC 6675 NextSeg.
 *
 * New data goes down in packets of several segments where the device cuts them
 * (snd_max): what they are, when they may go and what they leave behind is as
 * if they had been sent one by one.
 */
#include "net/tcp/output/tcp_output.h"

#include "net/eth/eth.h"
#include "net/tcp/cc/tcp_cc.h"
#include "net/tcp/output/tcp_delack.h"
#include "net/tcp/output/tcp_guard.h"
#include "net/tcp/output/tcp_rtt.h"
#include "net/tcp/output/tcp_xmit.h"
#include "net/tcp/state/tcp_arm.h"
#include "net/tcp/state/tcp_sack.h"
#include "net/tcp/state/tcp_urg.h"
#include "net/tcp/tcp.h"

/* Left of the transmit queue for answers that input makes. */
#define TX_RESERVE 32

static int output_syn(struct net *n, struct tcp_pcb *p)
{
	uint8_t flags = p->state == TCPS_SYN_RCVD ? TH_SYN | TH_ACK : TH_SYN;

	if (!(p->flags & TF_SYNNOW)) {
		if (p->state == TCPS_SYN_RCVD && (p->flags & TF_ACKNOW))
			return tcp_xmit(n, p, p->snd_nxt, 0, TH_ACK, CUR_NEW);
		return 0;
	}
	if (tcp_xmit(n, p, p->snd_una, 0, flags, CUR_NEW) < 0)
		return -ENOBUFS;
	p->flags &= ~(uint32_t)TF_SYNNOW;
	if (p->snd_nxt == p->snd_una) {
		p->snd_nxt++;
		tcp_rtt_begin(n, p, p->snd_nxt);
		p->una_since = tcp_tick(n);
	} else {
		STAT(n, tcp_rtx_syn);
		p->retransmits++;
		p->flags &= ~(uint32_t)TF_RTT;
		p->flags |= TF_SYN_RTX;
	}
	tcp_rtx_arm(n, p, 0);
	return 0;
}

/* One retransmission; seq + len may include the FIN. */
static int send_again(struct net *n, struct tcp_pcb *p, uint32_t seq,
		      uint32_t len)
{
	uint32_t end = tcp_sq_end(p), bytes = len;
	uint8_t flags = TH_ACK;

	if (seq_gt(seq + len, end)) {
		bytes--;
		flags |= TH_FIN;
	}
	if (bytes && (seq + bytes == end || seq + bytes == p->push_seq))
		flags |= TH_PSH;
	if (tcp_xmit(n, p, seq, bytes, flags, CUR_RTX) < 0)
		return -ENOBUFS;
	p->flags &= ~(uint32_t)TF_RTT; /* Karn */
	p->retransmits++;
	STAT(n, tcp_rtx);
	STAT_ADD(n, tcp_rtx_bytes, bytes);
	return 0;
}

/* What is lost, as far as the congestion window allows. */
static int output_lost(struct net *n, struct tcp_pcb *p)
{
	uint32_t pipe = tcp_pipe(p), seq, len;

	while ((len = tcp_sack_hole(p, p->rtx_nxt, p->lost, &seq)) > 0) {
		len = u32_min(len, p->mss);
		if (pipe && pipe + len > p->cwnd)
			return 0;
		if (net_tx_room(n) <= TX_RESERVE)
			return -EAGAIN;
		if (send_again(n, p, seq, len) < 0)
			return -ENOBUFS;
		p->rtx_nxt = seq + len;
		p->prr_out += len;
		pipe += len;
		tcp_rtx_arm(n, p, p->prr_out == len);
	}
	return 0;
}

/* May a segment shorter than the MSS go that nothing but the window holds back?
 * Urgent data do not wait for others, as on Linux. */
static int is_pressing(const struct tcp_pcb *p, uint32_t len, uint32_t unsent)
{
	return (p->flags & TF_FORCE) || ((p->urg & URG_SND) && len == unsent);
}

/* May a segment shorter than the MSS go? */
static int may_send_short(struct net *n, struct tcp_pcb *p, uint32_t len,
			  uint32_t unsent)
{
	if (unlikely(p->flags & (TF_FORCE | TF_URGENT)) &&
	    is_pressing(p, len, unsent))
		return 1;
	if (len < unsent) /* the window is short of room */
		return len >= p->max_wnd / 2;
	if ((p->flags & TF_MORE) || (p->conf.flags & CONF_CORK)) {
		if (!p->deadline[TD_CORK])
			tcp_timer_set(n, p, TD_CORK, TCP_CORK_US);
		return 0;
	}
	return (p->conf.flags & CONF_NODELAY) ||
	       seq_leq(p->snd_sml, p->snd_una);
}

/* What follows the last whole segment of len bytes. */
static uint32_t short_part(const struct tcp_pcb *p, uint32_t len)
{
	return len < p->mss ? len : len % p->mss;
}

/* As Linux: the end of what the program wrote, if it does not say that more
 * follows, and twice in a window of a long stream. */
static int push(struct tcp_pcb *p, uint32_t len, uint32_t unsent)
{
	uint32_t end = p->snd_nxt + len;

	if ((len < unsent || (p->flags & TF_MORE)) &&
	    seq_leq(end, p->push_seq + p->max_wnd / 2))
		return 0;
	p->push_seq = end;
	return 1;
}

/* New data, and FIN, sent: account for it. */
static void sent_new(struct net *n, struct tcp_pcb *p, uint32_t len, int fin)
{
	if (!tcp_flight(p))
		p->una_since = tcp_tick(n);
	p->snd_nxt += len + (uint32_t)fin;
	p->last_snd = tcp_tick(n);
	if (!(p->flags & TF_RTT) && p->ca_state == CA_OPEN)
		tcp_rtt_begin(n, p, p->snd_nxt);
	if (fin)
		p->flags |= TF_FIN_SENT;
	if (short_part(p, len))
		p->snd_sml = p->snd_nxt;
	if (len)
		tcp_delack_answer(n, p);
	if (p->ca_state == CA_RECOVERY)
		p->prr_out += len;
}

/* As many bytes of len as the congestion window takes in whole segments; one
 * may always go where nothing is in flight. */
static uint32_t cwnd_limit(struct tcp_pcb *p, uint32_t len, uint32_t pipe)
{
	uint32_t room = p->cwnd > pipe ? p->cwnd - pipe : 0;

	if (likely(len <= room))
		return len;
	room -= room % p->mss;
	if (room == 0 && pipe == 0)
		return u32_min(len, p->mss);
	p->flags |= TF_CWND_LIM;
	return room;
}

/* One packet of new data, at most max bytes; 1: sent, 0: nothing may go, or
 * -errno. */
static int output_one(struct net *n, struct tcp_pcb *p, uint32_t max,
		      uint32_t *pipe)
{
	uint32_t unsent = tcp_unsent(p), len, tail;
	int32_t wnd = (int32_t)(p->snd_una + p->snd_wnd - p->snd_nxt);
	int fin;
	uint8_t flags = TH_ACK;

	len = u32_min(u32_min(unsent, max), wnd > 0 ? (uint32_t)wnd : 0);
	fin = (p->flags & (TF_FIN | TF_FIN_SENT)) == TF_FIN && len == unsent;
	tail = short_part(p, len);
	if (tail && !fin && !may_send_short(n, p, tail, unsent - (len - tail)))
		len -= tail;
	if (len == 0 && !fin)
		return 0;
	len = cwnd_limit(p, len, *pipe);
	if (len < unsent)
		fin = 0;
	if (len == 0 && !fin)
		return 0;
	if (net_tx_room(n) <= TX_RESERVE)
		return -EAGAIN;
	if (len && push(p, len, unsent))
		flags |= TH_PSH;
	if (fin)
		flags |= TH_FIN;
	if (tcp_xmit(n, p, p->snd_nxt, len, flags, CUR_NEW) < 0)
		return -ENOBUFS;
	sent_new(n, p, len, fin);
	*pipe += len;
	return 1;
}

/* Segment by segment, each when its time has come; those of urgent data have
 * pointers of their own. */
static __rte_noinline int output_paced(struct net *n, struct tcp_pcb *p,
				       uint32_t *pipe)
{
	int single = (p->flags & TF_GUARDED) || (p->urg & URG_SND);
	uint32_t from;
	int rc = 0;

	while (tcp_may_pace(n, p)) {
		from = p->snd_nxt;
		rc = output_one(n, p, single ? p->mss : p->snd_max, pipe);
		if (rc <= 0)
			break;
		tcp_paced(p, p->snd_nxt - from);
	}
	return rc < 0 ? rc : 0;
}

static int output_new(struct net *n, struct tcp_pcb *p)
{
	uint32_t pipe = tcp_pipe(p), first = p->snd_nxt;
	int rc;

	if (!tcp_flight(p) && p->last_snd &&
	    tcp_tick(n) - p->last_snd > tcp_us_to_ticks(p->rto_us))
		tcp_cc_idle(p);
	if (unlikely(p->flags & (TF_GUARDED | TF_URGENT)))
		rc = output_paced(n, p, &pipe);
	else
		do
			rc = output_one(n, p, p->snd_max, &pipe);
		while (rc > 0);
	if (rc == 0)
		p->flags &= ~(uint32_t)TF_FORCE;
	if (p->snd_nxt != first) {
		if (!tcp_unsent(p))
			tcp_timer_clear(p, TD_CORK);
		tcp_rtx_arm(n, p, 0);
	} else if (!p->deadline[TD_RTX]) {
		tcp_rtx_arm(n, p, 0);
	}
	return rc;
}

void tcp_send_tail(struct net *n, struct tcp_pcb *p)
{
	uint32_t pipe = 0, len;

	STAT(n, tcp_tlp);
	p->flags |= TF_TLP;
	p->tlp_end = p->snd_nxt;
	if (tcp_unsent(p) && output_one(n, p, p->mss, &pipe) > 0) {
		p->flags &= ~(uint32_t)TF_TLP;
		return;
	}
	len = u32_min(tcp_flight(p), p->mss);
	if (send_again(n, p, p->snd_nxt - len, len) < 0)
		p->flags &= ~(uint32_t)TF_TLP;
}

int tcp_output(struct net *n, struct tcp_pcb *p)
{
	int rc = 0;

	if (tcp_in(p, TCPS_HANDSHAKE))
		return output_syn(n, p);
	if (p->ca_state != CA_OPEN)
		rc = output_lost(n, p);
	if (rc == 0 && tcp_in(p, TCPS_SENDING))
		rc = output_new(n, p);
	if (rc == 0 && (p->flags & TF_ACKNOW))
		rc = tcp_xmit(n, p, p->snd_nxt, 0, TH_ACK, CUR_NEW);
	return rc;
}

/* In turns: what does not fit the queue is first the next time. */
void tcp_output_pending(struct net *n)
{
	struct tcp *t = n->tcp;
	struct tcp_pcb *p;
	int rc = 0;

	while (rc == 0 && (p = tcp_list_first(t, &t->out)) &&
	       net_tx_room(n) > TX_RESERVE) {
		tcp_list_remove(t, &t->out, p, TL_OUT);
		p->flags &= ~(uint32_t)TF_OUT;
		rc = tcp_output(n, p);
		if (rc < 0)
			tcp_want_output(n, p);
	}
	n->starved = rc == -ENOBUFS;
}
