// SPDX-License-Identifier: MIT
/*
 * net.c - the protocols of one elastic thread put together: start, end, in and
 * out
 */
#include "net/net.h"

#include <errno.h>
#include <netinet/in.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>
#include <string.h>

#include "mem/arena.h"
#include "net/eth/eth.h"
#include "net/ip/frag.h"
#include "net/ip/icmp.h"
#include "net/ip/ip4_input.h"
#include "net/ip/ip_deliver.h"
#include "net/ip/ip_ident.h"
#include "net/ip/ip_loop.h"
#include "net/ip/ip_state.h"
#include "net/neigh/arp_input.h"
#include "net/neigh/neigh_table.h"
#include "net/neigh/neigh_wait.h"
#include "net/tcp/tcp.h"
#include "net/udp/udp.h"

#define TCP_HEADER_MAX 60

static const struct ip_upper upper[] = {
	{ .proto = IPPROTO_TCP,
	  .unicast = 1, /* RFC 9293 MUST-57 */
	  .pseudo = 1,
	  .hdr_min = sizeof(struct rte_tcp_hdr),
	  .hdr_most = TCP_HEADER_MAX,
	  .input = tcp_input,
	  .error = tcp_error,
	  .sender = tcp_where },
	{ .proto = IPPROTO_UDP,
	  .hdr_min = sizeof(struct rte_udp_hdr),
	  .hdr_most = sizeof(struct rte_udp_hdr),
	  .input = udp_receive,
	  .error = udp_error,
	  .sender = udp_where },
	{ .proto = IPPROTO_ICMP,
	  .hdr_min = ICMP_HEADER,
	  .hdr_most = ICMP_HEADER,
	  .input = icmp_input },
	{ .input = NULL },
};

static int ip_init(struct net *n, struct arena *a)
{
	n->ip = arena_alloc(a, sizeof(*n->ip), 64);
	if (!n->ip)
		return -ENOMEM;
	n->upper = upper;
	n->unreachable = icmp_no_neighbour;
	ip_ident_init(n);
	return n->sh->neigh ? 0 : neigh_table_init(n->sh, a);
}

int net_init(struct net *n, struct net_shared *sh, uint32_t id, struct arena *a,
	     const struct net_limits *lim, struct rte_mempool *pool,
	     uint64_t now, uint64_t seed)
{
	int rc;

	memset(n, 0, sizeof(*n));
	n->now = now;
	n->id = id;
	n->sh = sh;
	n->pool = pool;
	n->rng = seed ? seed : 1; /* xorshift stays at 0 */
	timer_wheel_init(&n->wheel, now);
	rc = neigh_init(n, a);
	if (rc == 0)
		rc = ip_init(n, a);
	if (rc == 0)
		rc = tcp_init(n, a, lim->max_conns, lim->max_listeners);
	if (rc == 0)
		rc = udp_init(n, a, lim->max_udp);
	return rc;
}

void net_fini(struct net *n)
{
	udp_fini(n);
	tcp_fini(n);
	neigh_fini(n);
	frag_fini(n);
	while (n->loop_head)
		rte_pktmbuf_free(ip_loop_pop(n));
	for (; n->ntx; n->ntx--)
		rte_pktmbuf_free(n->txq[n->ntx - 1]);
	n->ntx_segs = 0;
}

void net_recover(struct net *n)
{
	memset(n->ip, 0, sizeof(*n->ip));
	ip_ident_init(n);
	n->loop_head = NULL;
	n->loop_tail = NULL;
	n->ntx = 0;
	n->ntx_segs = 0;
	timer_wheel_init(&n->wheel, n->now);
	neigh_recover(n);
	udp_recover(n);
}

void net_input(struct net *n, struct rte_mbuf *m)
{
	uint32_t type = eth_input(n, m);

	if (likely(type == RTE_BE16(RTE_ETHER_TYPE_IPV4)))
		ip4_input(n, m, 0);
	else if (type == RTE_BE16(RTE_ETHER_TYPE_ARP))
		arp_input(n, m);
	else if (type != ETH_DROPPED)
		mbuf_drop(m, &n->stats.eth_drop_type);
}

unsigned net_input_loop(struct net *n)
{
	unsigned count = ip_loop_count(n);

	for (unsigned i = 0; i < count; i++)
		ip4_input(n, ip_loop_pop(n), 1);
	neigh_poll(n);
	return count;
}

unsigned net_events(struct net *n, struct ix_event *ev, unsigned room,
		    uint32_t *more)
{
	uint32_t tcp_more = 0, udp_more = 0;
	unsigned k = tcp_events(n, ev, room, &tcp_more);

	/* room 0: no array */
	k += udp_events(n, k ? ev + k : ev, room - k, &udp_more);
	*more = tcp_more || udp_more;
	return k;
}

int net_events_due(const struct net *n)
{
	return tcp_events_due(n) || udp_events_due(n);
}
