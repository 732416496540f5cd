// SPDX-License-Identifier: MIT
/*
 * tcp_xmit.c - segments, built and sent
 *
 * Payload is copied from program memory here, each time a segment is built.
 *
 * New data goes down in packets of several segments where the device cuts them
 * (snd_max). What is sent again is one segment each.
 */
#include "net/tcp/output/tcp_xmit.h"

#include <errno.h>

#include "net/common/mbuf.h"
#include "net/ip/ip_output.h"
#include "net/tcp/output/tcp_delack.h"
#include "net/tcp/output/tcp_opts.h"
#include "net/tcp/output/tcp_window.h"
#include "net/tcp/state/tcp_arm.h"
#include "net/tcp/state/tcp_mss.h"
#include "net/tcp/state/tcp_sendq.h"
#include "net/tcp/state/tcp_urg.h"

/* As Linux: a pointer that is too far away is said to be as far as can be, but
 * not while more is in flight than that. */
static __rte_noinline void point(const struct net *n, const struct tcp_pcb *p,
				 struct rte_tcp_hdr *th, uint32_t seq)
{
	uint32_t up = tcp_marks(n->tcp, p)->snd_up - seq;

	if (!(p->urg & URG_SND) || (int32_t)up <= 0 || (th->tcp_flags & TH_SYN))
		return;
	if (up > UINT16_MAX && seq_leq(seq + UINT16_MAX, p->snd_nxt))
		return;
	th->tcp_urp = rte_cpu_to_be_16((uint16_t)u32_min(up, UINT16_MAX));
	th->tcp_flags |= TH_URG;
}

static void build_header(struct net *n, struct tcp_pcb *p, struct rte_mbuf *m,
			 uint32_t seq, uint32_t len, uint8_t flags)
{
	struct rte_tcp_hdr *th = rte_pktmbuf_mtod(m, struct rte_tcp_hdr *);
	unsigned opts = tcp_opts_write(n, p, flags, len, (uint8_t *)(th + 1));
	uint16_t size = (uint16_t)(TCP_HDR + opts);

	th->src_port = rte_cpu_to_be_16(p->lport);
	th->dst_port = rte_cpu_to_be_16(p->rport);
	th->sent_seq = rte_cpu_to_be_32(seq);
	th->recv_ack = flags & TH_ACK ? rte_cpu_to_be_32(p->rcv_nxt) : 0;
	th->data_off = (uint8_t)(size / 4 << 4);
	th->tcp_flags = flags;
	th->rx_win =
		rte_cpu_to_be_16(tcp_rcv_window(n, p, (flags & TH_SYN) != 0));
	th->cksum = 0;
	th->tcp_urp = 0;
	if (unlikely(p->flags & TF_URGENT))
		point(n, p, th, seq);
	m->data_len = size;
	m->pkt_len += size;
}

/* Room for a header and len bytes, in as many mbufs as that takes, or NULL. */
static struct rte_mbuf *alloc_packet(struct net *n, const struct tcp_pcb *p,
				     uint32_t len)
{
	struct rte_mbuf *m = net_alloc(n), *tail = m;
	uint32_t room;

	if (!m || len <= p->mss)
		return m;
	len += TCP_HDR + (p->flags & TF_TS ? TCP_TS_LEN : 0u);
	for (room = rte_pktmbuf_tailroom(m); len > room; len -= room) {
		tail->next = net_alloc(n);
		if (!tail->next) {
			rte_pktmbuf_free(m);
			return NULL;
		}
		tail = tail->next;
		m->nb_segs++;
	}
	return m;
}

/* len bytes from seq on, behind the header that m begins with. */
static void put_payload(struct net *n, struct tcp_pcb *p, struct rte_mbuf *m,
			unsigned cursor, uint32_t seq, uint32_t len)
{
	struct rte_mbuf *s = m;

	m->pkt_len += len;
	STAT_ADD(n, tcp_tx_bytes, len);
	for (; len; s = s->next) {
		uint32_t part = u32_min(len, rte_pktmbuf_tailroom(s));

		tcp_sq_copy(n, p, cursor, seq, part,
			    rte_pktmbuf_mtod_offset(s, char *, s->data_len));
		s->data_len = (uint16_t)(s->data_len + part);
		seq += part;
		len -= part;
	}
}

/* For the device: cut m into segments. */
static void ask_tso(struct net *n, const struct tcp_pcb *p, struct rte_mbuf *m)
{
	m->ol_flags |= RTE_MBUF_F_TX_TCP_SEG;
	m->tso_segsz = p->mss;
	m->l4_len =
		(rte_pktmbuf_mtod(m, struct rte_tcp_hdr *)->data_off >> 4) * 4u;
	STAT(n, tcp_tso);
}

/* What a segment with the ACK flag settles. */
static void acked(struct tcp_pcb *p, uint32_t len)
{
	p->last_ack_sent = p->rcv_nxt;
	if (len && (p->ooo || (p->flags & TF_DSACK)))
		return; /* the SACK blocks go in a segment of their own */
	tcp_delack_sent(p);
	p->flags &= ~(uint32_t)(TF_ACKNOW | TF_DELACK | TF_DSACK);
	tcp_timer_clear(p, TD_DELACK);
}

int tcp_xmit(struct net *n, struct tcp_pcb *p, uint32_t seq, uint32_t len,
	     uint8_t flags, unsigned cursor)
{
	struct rte_mbuf *m = alloc_packet(n, p, len);
	int rc;

	if (unlikely(!m)) {
		STAT(n, tcp_no_mbuf);
		return -ENOBUFS;
	}
	build_header(n, p, m, seq, len, flags);
	if (len)
		put_payload(n, p, m, cursor, seq, len);
	if (len > p->mss)
		ask_tso(n, p, m);
	if (flags & TH_ACK)
		acked(p, len);
	STAT(n, tcp_tx);
	p->segs_out++;
	p->data_segs_out += len != 0;
	rc = ip_output(n, m, &p->path, IPPROTO_TCP, IP_OUT_DF);
	if (unlikely(rc < 0)) { /* as if it was lost */
		STAT(n, tcp_no_route);
		if (rc == -EMSGSIZE) /* the path has another device now */
			tcp_mss_update(n, p);
	}
	return 0;
}

void tcp_send_probe(struct net *n, struct tcp_pcb *p)
{
	/* a pointer counts from snd_una on, for those who ignore what is old */
	if ((p->urg & URG_SND) &&
	    tcp_marks(n->tcp, p)->snd_up - p->snd_una - 1 < UINT16_MAX)
		tcp_xmit(n, p, p->snd_una, 0, TH_ACK, CUR_RTX);
	tcp_xmit(n, p, p->snd_una - 1, 0, TH_ACK, CUR_RTX);
}
