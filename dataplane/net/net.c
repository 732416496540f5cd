// SPDX-License-Identifier: MIT
/*
 * net.c - the protocol state of one elastic thread: start, end, in and out
 */
#include "net/net.h"

#include <errno.h>
#include <string.h>

#include "mem/arena.h"
#include "net/ip_state.h"
#include "net/tcp.h"
#include "net/udp.h"

static int state_init(struct net *n, struct arena *a)
{
	struct ip_state *s = arena_alloc(a, sizeof(*s), 64);

	if (!s)
		return -ENOMEM;
	n->frag = (struct rte_ip_frag_tbl *)(void *)s;
	ip_ident_init(n);
	if (n->sh->arp)
		return 0;
	return arp_init(n->sh, a);
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
	rc = state_init(n, a);
	if (rc == 0)
		rc = tcp_init(n, a, lim->max_conns, lim->max_listeners);
	if (rc == 0)
		rc = udp_init(n, a, lim->max_udp);
	return rc;
}

static struct rte_mbuf *loop_pop(struct net *n)
{
	struct rte_mbuf *m = n->loop_head;

	n->loop_head = (struct rte_mbuf *)(uintptr_t)m->tx_offload;
	if (!n->loop_head)
		n->loop_tail = NULL;
	m->tx_offload = 0;
	ip_state(n)->loop_count--;
	return m;
}

void net_fini(struct net *n)
{
	udp_fini(n);
	tcp_fini(n);
	arp_fini(n);
	frag_fini(n);
	while (n->loop_head)
		rte_pktmbuf_free(loop_pop(n));
	for (; n->ntx; n->ntx--)
		rte_pktmbuf_free(n->txq[n->ntx - 1]);
	n->ntx_segs = 0;
}

void ip_recover(struct net *n)
{
	struct ip_state *s = ip_state(n);

	memset(s, 0, sizeof(*s));
	ip_ident_init(n);
	n->loop_head = NULL;
	n->loop_tail = NULL;
	n->ntx = 0;
	n->ntx_segs = 0;
	timer_wheel_init(&n->wheel, n->now);
	arp_recover(n->sh, n->id);
	udp_recover(n);
}

static void drop(struct rte_mbuf *m, uint64_t *counter)
{
	(*counter)++;
	rte_pktmbuf_free(m);
}

static int eth_for_us(const struct net *n, const struct rte_mbuf *m,
		      const struct rte_ether_hdr *eth)
{
	return rte_is_same_ether_addr(&eth->dst_addr,
				      &n->sh->dev[m->port].mac) ||
	       rte_is_broadcast_ether_addr(&eth->dst_addr);
}

void net_input(struct net *n, struct rte_mbuf *m)
{
	const struct rte_ether_hdr *eth;
	uint16_t type;

	STAT(n, eth_rx);
	if (unlikely(m->data_len < sizeof(*eth) || m->port >= n->sh->ndevs)) {
		drop(m, &n->stats.eth_drop_short);
		return;
	}
	eth = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);
	if (unlikely(!eth_for_us(n, m, eth))) {
		drop(m, &n->stats.eth_drop_dst);
		return;
	}
	type = eth->ether_type;
	rte_pktmbuf_adj(m, sizeof(*eth));
	if (likely(type == RTE_BE16(RTE_ETHER_TYPE_IPV4)))
		ip4_input(n, m, 0);
	else if (type == RTE_BE16(RTE_ETHER_TYPE_ARP))
		arp_input(n, m);
	else
		drop(m, &n->stats.eth_drop_type);
}

/*
 * The queue links frames through tx_offload, which means nothing on the way
 * in. What a frame causes to be sent to ourselves waits for the next call.
 */
int net_loop(struct net *n, struct rte_mbuf *m)
{
	struct ip_state *s = ip_state(n);

	if (unlikely(s->loop_count >= IP_LOOP_MAX)) {
		drop(m, &n->stats.ip_drop_loop);
		return -ENOBUFS;
	}
	m->tx_offload = 0;
	if (n->loop_tail)
		n->loop_tail->tx_offload = (uintptr_t)m;
	else
		n->loop_head = m;
	n->loop_tail = m;
	s->loop_count++;
	return 0;
}

unsigned net_input_loop(struct net *n)
{
	unsigned count = ip_state(n)->loop_count;

	for (unsigned i = 0; i < count; i++)
		ip4_input(n, loop_pop(n), 1);
	arp_poll(n);
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

struct rte_mbuf *net_alloc(struct net *n)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(n->pool);

	if (unlikely(!m)) {
		STAT(n, nobuf);
		return NULL;
	}
	m->data_off = NET_HEADROOM;
	return m;
}

void net_tx(struct net *n, struct rte_mbuf *m, uint16_t dev)
{
	if (unlikely(n->ntx == NET_TXQ)) {
		drop(m, &n->stats.eth_drop_txq);
		return;
	}
	m->port = dev;
	n->txq[n->ntx++] = m;
	n->ntx_segs += m->nb_segs;
	STAT(n, eth_tx);
}

void eth_output(struct net *n, struct rte_mbuf *m, uint16_t dev,
		const struct rte_ether_addr *dst, uint16_t type)
{
	struct rte_ether_hdr *eth;

	eth = (void *)rte_pktmbuf_prepend(m, sizeof(*eth));
	if (unlikely(!eth)) {
		drop(m, &n->stats.nobuf);
		return;
	}
	eth->dst_addr = *dst;
	eth->src_addr = n->sh->dev[dev].mac;
	eth->ether_type = rte_cpu_to_be_16(type);
	net_tx(n, m, dev);
}
