// SPDX-License-Identifier: MIT
/*
 * tcp_urgent.c - the urgent pointers of segments that come
 *
 * RFC 9293 3.10.7.4 sixth, RFC 6093; what is told of it, and which pointers
 * are ignored, as Linux (tcp_urg()). The program hears of a mark when a segment
 * announces it, and again when its byte comes, be it out of order.
 */
#include "net/tcp/input/tcp_urgent.h"

#include "net/tcp/state/tcp_urg.h"

/* What has been acknowledged, or received, is not urgent any more. */
static void pass(struct tcp_pcb *p, const struct tcp_marks *m)
{
	unsigned urg = p->urg;

	if (seq_geq(p->snd_una, m->snd_up))
		urg &= ~(unsigned)URG_SND;
	if (seq_gt(p->rcv_nxt, m->rcv_up))
		urg &= ~(unsigned)URG_RCV;
	tcp_urg_set(p, urg);
}

/* The byte that s points to. A pointer of 0 names the first one, as on Linux,
 * where those before it were read otherwise. */
static uint32_t pointed(const struct tcp_seg *s)
{
	const struct rte_tcp_hdr *th =
		rte_pktmbuf_mtod_offset(s->m, const void *, -(int)s->hdr);
	uint32_t up = rte_be_to_cpu_16(th->tcp_urp);

	return rte_be_to_cpu_32(th->sent_seq) + (up ? up - 1 : 0);
}

/*
 * A program that has read up to a mark does not find its byte behind a newer
 * one, as on Linux, if it had come before that. How far the program has read is
 * not known here, so it is told of the marks that it never saw: of as many as
 * followed one another, for it cannot have read what came between.
 */
static unsigned replace(const struct tcp_pcb *p, struct tcp_marks *m,
			uint32_t up)
{
	unsigned came = !(p->urg & URG_RCV);

	if (!(p->urg & URG_NEW)) {
		m->old = up;
		m->run = 0;
		return came ? URG_CAME : 0;
	}
	if (came && m->rcv_up == m->old + m->run)
		m->run++;
	return p->urg & URG_CAME;
}

static void new_mark(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s)
{
	struct tcp_marks *m = tcp_marks(n->tcp, p);
	uint32_t up = pointed(s);
	unsigned came;

	if (!tcp_in(p, TCPS_CAN_RCV) || (p->flags & (TF_RCV_FIN | TF_CLOSED)))
		return;
	if (seq_lt(up, p->rcv_nxt) ||
	    ((p->urg & URG_RCV) && seq_leq(up, m->rcv_up)))
		return;
	came = replace(p, m, up);
	m->rcv_up = up;
	tcp_urg_set(p, (p->urg & URG_SND) | URG_RCV | URG_NEW | came);
	tcp_raise(n, p, TE_URG);
}

static void take_byte(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s)
{
	uint32_t off = tcp_marks(n->tcp, p)->rcv_up - s->seq;
	const uint8_t *b;

	if ((p->urg & (URG_RCV | URG_BYTE)) != URG_RCV || off >= s->len)
		return;
	b = rte_pktmbuf_read(s->m, off, 1, &p->urg_byte);
	p->urg_byte = *b;
	p->urg |= URG_BYTE;
	tcp_raise(n, p, TE_URG);
}

void tcp_urgent(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s)
{
	pass(p, tcp_marks(n->tcp, p));
	if (s->flags & TH_URG)
		new_mark(n, p, s);
	take_byte(n, p, s);
}
