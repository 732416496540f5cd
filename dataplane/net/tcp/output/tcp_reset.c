// SPDX-License-Identifier: MIT
/*
 * tcp_reset.c - resets and challenge acknowledgements
 *
 * RFC 9293 3.5.2 (reset generation), RFC 5961 7 (challenge ACKs, one in half
 * a second for each connection: a common limit would tell strangers what
 * happens on other connections, CVE-2016-5696).
 */
#include "net/tcp/output/tcp_reset.h"

#include "net/common/mbuf.h"
#include "net/ip/ip_output.h"
#include "net/ip/route.h"
#include "net/tcp/output/tcp_xmit.h"

static void send_rst(struct net *n, struct ip_path *path, uint16_t sport,
		     uint16_t dport, uint32_t seq, uint32_t ack, uint8_t flags)
{
	struct rte_mbuf *m = net_alloc(n);
	struct rte_tcp_hdr *th;

	if (!m) {
		STAT(n, tcp_no_mbuf);
		return;
	}
	th = (struct rte_tcp_hdr *)rte_pktmbuf_append(m, sizeof(*th));
	*th = (struct rte_tcp_hdr){
		.src_port = rte_cpu_to_be_16(sport),
		.dst_port = rte_cpu_to_be_16(dport),
		.sent_seq = rte_cpu_to_be_32(seq),
		.recv_ack = rte_cpu_to_be_32(ack),
		.data_off = TCP_HDR / 4 << 4,
		.tcp_flags = flags,
	};
	STAT(n, tcp_tx);
	STAT(n, tcp_reset_out);
	ip_output(n, m, path, IPPROTO_TCP, IP_OUT_DF);
}

/* Answer a segment that belongs to no connection. */
void tcp_reset_reply(struct net *n, const struct tcp_seg *s)
{
	struct ip_path path = { .src = s->rx->dst,
				.dst = s->rx->src,
				.answer = 1 };
	uint32_t len = s->len + ((s->flags & TH_SYN) ? 1 : 0) +
		       ((s->flags & TH_FIN) ? 1 : 0);

	if (ip_route(n, &path) < 0) {
		STAT(n, tcp_no_route);
		return;
	}
	if (s->flags & TH_ACK)
		send_rst(n, &path, s->dport, s->sport, s->ack, 0, TH_RST);
	else
		send_rst(n, &path, s->dport, s->sport, 0, s->seq + len,
			 TH_RST | TH_ACK);
}

/* Abort p towards its peer; the caller frees it. */
void tcp_reset_send(struct net *n, struct tcp_pcb *p)
{
	if (!(p->flags & TF_HASHED) ||
	    (tcp_in(p, TCPS_HANDSHAKE) && p->snd_nxt == p->snd_una))
		return;
	if (tcp_xmit(n, p, p->snd_nxt, 0, TH_RST | TH_ACK, CUR_NEW) == 0)
		STAT(n, tcp_reset_out);
}

void tcp_challenge(struct net *n, struct tcp_pcb *p)
{
	uint32_t now = tcp_tick(n);

	if (p->last_challenge &&
	    now - p->last_challenge < tcp_us_to_ticks(TCP_CHALLENGE_US)) {
		STAT(n, tcp_challenge_limited);
		return;
	}
	p->last_challenge = now ? now : 1;
	STAT(n, tcp_challenge);
	tcp_ack_now(n, p);
}

/*
 * Answer an unacceptable segment. One without data might be such an answer
 * itself: limited, or two confused peers would never stop.
 */
void tcp_dup_ack(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s)
{
	if (s->len || (s->flags & TH_FIN))
		tcp_ack_now(n, p);
	else
		tcp_challenge(n, p);
}
