// SPDX-License-Identifier: MIT
/*
 * tcp_flow.c - connections on another elastic thread
 *
 * The group of a flow names the elastic thread where its segments are looked
 * for. A connection that has moved away leaves a pcb behind there, in state
 * MOVED, which says where to. It goes when the connection's end is told
 * (FLOW_END), or when a segment that was handed on comes back.
 */
#include "net/tcp/input/tcp_flow.h"

#include "net/flow/flow.h"
#include "net/tcp/state/tcp_hash.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/tcp.h"

/* Payload and header as they came. */
static void hand_over(struct net *n, struct tcp_seg *s, uint32_t to,
		      uint8_t flags)
{
	rte_pktmbuf_prepend(s->m, s->hdr);
	flow_send(n, to, FLOW_L4, flags, s->rx, s->m);
	s->m = NULL;
}

int tcp_elsewhere(struct net *n, struct tcp_seg *s)
{
	uint32_t owner = flow_owner(n->sh->flow, &s->rx->src, &s->rx->dst,
				    s->sport, s->dport);
	uint8_t flags = 0;

	if (owner == n->id)
		return 0;
	if (n->flow_flags & FLOW_FORWARDED) {
		STAT(n, flow_bounced);
		flags = FLOW_BOUNCED;
	}
	hand_over(n, s, owner, flags);
	return 1;
}

int tcp_moved_input(struct net *n, struct tcp_pcb *p, struct tcp_seg *s)
{
	if ((n->flow_flags & FLOW_BOUNCED) && n->flow_from == p->moved_to) {
		tcp_pcb_free(n, p);
		return 0;
	}
	hand_over(n, s, p->moved_to, FLOW_FORWARDED);
	return 1;
}

void tcp_flow_ended(struct net *n, const struct ip_rx *rx, uint16_t sport,
		    uint16_t dport)
{
	struct tcp_pcb *p =
		tcp_hash_find(n->tcp, &rx->dst, dport, &rx->src, sport);

	if (p && p->state == TCPS_MOVED && p->moved_to == n->flow_from)
		tcp_pcb_free(n, p);
}

uint32_t tcp_where(struct net *n, const struct ix_addr *lip, uint16_t lport,
		   const struct ix_addr *rip, uint16_t rport)
{
	const struct tcp_pcb *p = tcp_hash_find(n->tcp, lip, lport, rip, rport);

	if (!p)
		return flow_owner(n->sh->flow, rip, lip, rport, lport);
	return p->state == TCPS_MOVED ? p->moved_to : n->id;
}
