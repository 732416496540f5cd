// SPDX-License-Identifier: MIT
/*
 * tcp_error.c - ICMP and neighbour errors about our segments, dead links
 *
 * RFC 5927 (an error counts only if its sequence number is in flight), RFC
 * 9293 3.9.2.2 (soft errors do not end an established connection), RFC 1191
 * (path MTU).
 */
#include <string.h>

#include "net/tcp/input/tcp_recover.h"
#include "net/tcp/state/tcp_hash.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/state/tcp_mss.h"
#include "net/tcp/tcp.h"

static uint16_t be16(const uint8_t *b)
{
	return (uint16_t)(b[0] << 8 | b[1]);
}

static struct tcp_pcb *find(const struct net *n, const struct ip_error *e)
{
	uint32_t seq;
	struct tcp_pcb *p;

	p = tcp_hash_find(n->tcp, &e->src, be16(e->l4), &e->dst,
			  be16(e->l4 + 2));
	if (!p)
		return NULL;
	memcpy(&seq, e->l4 + 4, sizeof(seq));
	seq = rte_be_to_cpu_32(seq);
	/* a neighbour that does not answer concerns all segments */
	if (seq_geq(seq, p->snd_una) && seq_leq(seq, p->snd_nxt))
		return p;
	return NULL;
}

static void lower_mtu(struct net *n, struct tcp_pcb *p, uint16_t mtu)
{
	uint16_t before = p->mss;

	mtu = (uint16_t)u32_max(mtu, TCP_PMTU_MIN);
	if (p->path.mtu && p->path.mtu <= mtu)
		return;
	p->path.mtu = mtu;
	tcp_mss_update(n, p);
	if (p->mss >= before)
		return;
	STAT(n, tcp_pmtu);
	tcp_recover_mss(n, p);
}

void tcp_error(struct net *n, const struct ip_error *e)
{
	struct tcp_pcb *p = find(n, e);

	if (!p || tcp_in(p, TCPS_BIT(TIME_WAIT) | TCPS_BIT(CLOSED) |
				    TCPS_BIT(MOVED))) {
		STAT(n, tcp_err_stray);
	} else if (e->mtu) {
		lower_mtu(n, p, e->mtu);
	} else if (e->hard && tcp_in(p, TCPS_HANDSHAKE)) {
		STAT(n, tcp_err_hard);
		tcp_kill(n, p, e->err);
	} else {
		STAT(n, tcp_err_soft);
		p->soft_err = (uint8_t)e->err;
	}
}

/* As Linux does in the end when nothing comes back: but this is known now. */
void tcp_link_down(struct net *n, unsigned dev)
{
	struct tcp *t = n->tcp;
	struct tcp_pcb *p;
	uint32_t i;

	t->down |= 1u << dev;
	for (i = 0; i < t->pcbs.hi; i++) {
		p = tcp_pcb_at(t, i);
		if (p->path.dev != dev || p->path.loop ||
		    tcp_in(p, TCPS_BIT(FREE) | TCPS_BIT(CLOSED) |
				      TCPS_BIT(TIME_WAIT) | TCPS_BIT(MOVED)))
			continue;
		STAT(n, tcp_err_hard);
		tcp_kill(n, p,
			 tcp_in(p, TCPS_HANDSHAKE) ? ENETDOWN : ETIMEDOUT);
	}
}
