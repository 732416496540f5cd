// SPDX-License-Identifier: MIT
/*
 * tcp_mss.c - the size of segments, and how many may go at first
 *
 * RFC 9293 3.7.1, RFC 6691 (MSS), RFC 6928 (initial window).
 */
#include "net/tcp/state/tcp_mss.h"

/* MSS that we announce: what fits our device, whatever the path. */
uint16_t tcp_mss_own(const struct net *n, const struct tcp_pcb *p)
{
	uint32_t mtu = n->sh->dev[p->path.dev].mtu;
	uint32_t ip = addr_is_v4(&p->path.dst) ? 20 : 40;
	uint32_t mss = mtu > ip + TCP_HDR + TCP_MSS_MIN ? mtu - ip - TCP_HDR :
							  TCP_MSS_MIN;

	if (p->conf.maxseg)
		mss = u32_min(mss, p->conf.maxseg);
	return (uint16_t)u32_min(mss, UINT16_MAX);
}

/* Whole segments that the device cuts out of one packet, or one segment. */
static uint16_t packet_max(const struct net *n, const struct tcp_pcb *p)
{
	uint16_t max = n->sh->dev[p->path.dev].tso_max;

	if (max < 2 * p->mss || p->path.loop || !addr_is_v4(&p->path.dst) ||
	    p->mss < TCP_TSO_MSS_MIN || p->mss > TCP_TSO_MSS_MAX)
		return p->mss;
	return (uint16_t)(max - max % p->mss);
}

/* RFC 6691: the payload of our segments, fixed options deducted. */
void tcp_mss_update(const struct net *n, struct tcp_pcb *p)
{
	uint32_t ip = addr_is_v4(&p->path.dst) ? 20 : 40;
	uint32_t mss = u32_min(tcp_mss_own(n, p), p->peer_mss);
	uint32_t room = rte_pktmbuf_data_room_size(n->pool);

	if (p->path.mtu)
		mss = u32_min(mss, p->path.mtu - ip - TCP_HDR);
	mss = u32_min(mss, room - NET_HEADROOM - TCP_HDR);
	if (p->flags & TF_TS)
		mss -= TCP_TS_LEN;
	p->mss = (uint16_t)mss;
	p->snd_max = packet_max(n, p);
}

uint32_t tcp_initial_window(const struct tcp_pcb *p)
{
	if (p->flags & TF_SYN_RTX)
		return p->mss;
	return u32_min(TCP_IW_SEGS * p->mss,
		       u32_max(2u * p->mss, TCP_IW_BYTES));
}

void tcp_cwnd_init(struct tcp_pcb *p)
{
	p->cwnd = tcp_initial_window(p);
	p->ssthresh = TCP_CWND_MAX;
}
