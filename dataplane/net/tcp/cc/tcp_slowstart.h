/* SPDX-License-Identifier: MIT */
/*
 * tcp_slowstart.h - slow start, for the modules of congestion control
 *
 * RFC 5681 3.1, RFC 3465 (byte counting), RFC 7661. The window grows by all
 * that was acknowledged, as on Linux, since one acknowledgement may stand for a
 * whole batch. Omitted: HyStart++.
 */
#ifndef IX_NET_TCP_SLOWSTART_H
#define IX_NET_TCP_SLOWSTART_H

#include "net/tcp/state/tcp_seg.h"

/* Do slow start for an acknowledgement. Returns the acknowledged bytes that it
 * did not use, for congestion avoidance to count. */
static inline uint32_t tcp_slow_start(struct tcp_pcb *p,
				      const struct tcp_ackinfo *a)
{
	uint32_t bytes = a->acked, room;

	if (!bytes || p->cwnd >= TCP_CWND_MAX / 2)
		return 0;
	/* RFC 7661: a window that was not used has proved nothing */
	if (p->ca_state == CA_OPEN && a->flight + p->mss < p->cwnd &&
	    !(p->flags & TF_CWND_LIM))
		return 0;
	p->flags &= ~(uint32_t)TF_CWND_LIM;
	if (p->cwnd >= p->ssthresh)
		return bytes;
	if (p->ca_state == CA_LOSS) /* RFC 3465 2.3 */
		bytes = u32_min(bytes, p->mss);
	room = u32_min(bytes, p->ssthresh - p->cwnd);
	p->cwnd += room;
	return bytes - room;
}

/* The window, in bytes, that a loss reduces: the part of cwnd that was used. */
static inline uint32_t tcp_loss_window(const struct tcp_pcb *p)
{
	return u32_min(p->cwnd, u32_max(tcp_flight(p), 2u * p->mss));
}

#endif
