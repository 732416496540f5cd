// SPDX-License-Identifier: MIT
/*
 * tcp_info.c - TCP_INFO from what the dataplane knows
 */
#include <linux/tcp.h>
#include <string.h>

#include "shim/option/tcp_info.h"

/* states of tcp(7); linux/tcp.h has them for the kernel only */
#define STATE_CLOSE 7
#define STATE_LISTEN 10

static void fill(struct tcp_info *t, const struct ix_conn_info *ci)
{
	uint32_t mss = ci->mss ? ci->mss : 1;

	t->tcpi_state = ci->state;
	t->tcpi_options = ci->options;
	t->tcpi_snd_wscale = ci->snd_wscale & 0xfu;
	t->tcpi_rcv_wscale = ci->rcv_wscale & 0xfu;
	t->tcpi_rto = ci->rto_us;
	t->tcpi_snd_mss = ci->mss;
	t->tcpi_rcv_mss = ci->rcv_mss;
	t->tcpi_advmss = ci->advmss;
	t->tcpi_pmtu = ci->pmtu;
	t->tcpi_rtt = ci->srtt_us;
	t->tcpi_rttvar = ci->rttvar_us;
	t->tcpi_snd_cwnd = ci->cwnd / mss;
	t->tcpi_snd_ssthresh = ci->ssthresh / mss;
	t->tcpi_unacked = (ci->unacked + mss - 1) / mss;
	t->tcpi_notsent_bytes = ci->unsent;
	t->tcpi_total_retrans = ci->retransmits;
	t->tcpi_bytes_acked = ci->bytes_acked;
	t->tcpi_bytes_received = ci->bytes_received;
	t->tcpi_bytes_sent = ci->bytes_acked + ci->unacked;
	t->tcpi_rcv_space = ci->rcv_wnd;
	t->tcpi_snd_wnd = ci->snd_wnd;
	t->tcpi_segs_in = ci->segs_in;
	t->tcpi_segs_out = ci->segs_out;
	t->tcpi_data_segs_in = ci->data_segs_in;
	t->tcpi_data_segs_out = ci->data_segs_out;
	t->tcpi_last_data_sent = ci->last_sent_ms;
	t->tcpi_last_data_recv = ci->last_received_ms;
	t->tcpi_last_ack_recv = ci->last_received_ms;
}

socklen_t tcp_info_get(const struct sock *s, const struct info_about *about,
		       void *out, socklen_t room)
{
	union {
		struct tcp_info t;
		char all[TCP_INFO_MAX];
	} u = { 0 };
	struct ix_conn_info ci;

	u.t.tcpi_state = STATE_CLOSE;
	if (s->state == SS_LISTEN) {
		u.t.tcpi_state = STATE_LISTEN;
		u.t.tcpi_unacked = about->waiting;
		u.t.tcpi_sacked = about->backlog;
	} else if (s->o.kind == IX_KIND_TCP && !(s->o.flags & IX_O_DEAD) &&
		   ix_gate()->conn_info(s->o.et, s->o.handle, &ci) == 0) {
		fill(&u.t, &ci);
	}
	if (room > about->size)
		room = about->size;
	memcpy(out, &u, room);
	return room;
}

void tcp_info_add(const struct info_about *about, void *out, socklen_t len)
{
	struct tcp_info *t = out;

	if (len >= offsetof(struct tcp_info, tcpi_sacked))
		t->tcpi_unacked += about->waiting;
}
