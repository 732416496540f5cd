// SPDX-License-Identifier: MIT
/*
 * tcp_port.c - own ports of new connections and listeners
 *
 * RFC 6056 algorithm 4 (double-hash port selection).
 */
#include "net/tcp/call/tcp_port.h"

#include "net/flow/flow.h"
#include "net/tcp/state/tcp_hash.h"
#include "net/tcp/state/tcp_ledger.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/state/tcp_listener.h"
#include "net/tcp/state/tcp_secret.h"

#define PORT_MIN 32768u /* ip_local_port_range of Linux */
#define PORT_MAX 60999u
#define PORT_RANGE (PORT_MAX - PORT_MIN + 1)
/* TIME-WAIT this old may be reused where both sides use timestamps */
#define TW_REUSE_US TCP_US_PER_S

/* With one elastic thread every flow arrives here. */
int tcp_port_ok(const struct net *n, const struct ip_path *path, uint16_t lport,
		uint16_t rport)
{
	const struct flow *f = n->sh->flow;

	return !f ||
	       flow_owner(f, &path->dst, &path->src, rport, lport) == n->id;
}

/* Of a TIME-WAIT that stands in the way. */
enum reuse { REUSE_NEVER, REUSE_LATER, REUSE_NOW };

static int may_reuse(const struct net *n, const struct tcp_pcb *p,
		     enum reuse reuse)
{
	if (reuse == REUSE_NEVER || p->state != TCPS_TIME_WAIT ||
	    !(p->flags & TF_TS))
		return 0;
	return reuse == REUSE_NOW ||
	       tcp_tick(n) - p->una_since > tcp_us_to_ticks(TW_REUSE_US);
}

/* May p use lport? Ends a TIME-WAIT that stands in the way and may be reused. */
static int tuple_free(struct net *n, struct tcp_pcb *p, uint16_t lport,
		      enum reuse reuse)
{
	struct tcp_pcb *other;

	other = tcp_hash_find(n->tcp, &p->path.src, lport, &p->path.dst,
			      p->rport);
	if (!other)
		return 1;
	if (!may_reuse(n, other, reuse))
		return 0;
	STAT(n, tcp_tw_reused);
	p->snd_una = other->snd_nxt + 65537; /* the least ISN, as Linux */
	tcp_tw_end(n, other);
	return 1;
}

int tcp_port_take(struct net *n, struct tcp_pcb *p, uint16_t lport)
{
	if (!tcp_port_ok(n, &p->path, lport, p->rport))
		return -EXDEV;
	if (!tuple_free(n, p, lport, REUSE_NOW))
		return -EADDRNOTAVAIL;
	p->lport = lport;
	return 0;
}

static int port_free(struct net *n, struct tcp_pcb *p, uint16_t lport,
		     enum reuse reuse)
{
	if (!tcp_port_ok(n, &p->path, lport, p->rport))
		return 0;
	if (n->tcp->port[lport].held ||
	    tcp_listener_find(n, &p->path.src, lport, 0))
		return 0;
	return tuple_free(n, p, lport, reuse);
}

int tcp_port_choose(struct net *n, struct tcp_pcb *p)
{
	uint32_t offset = tcp_secret(n, p, 0, TCP_FOR_PORT);
	uint32_t *counter;
	uint32_t i, pass;

	counter = &n->tcp->port_counter[tcp_secret(n, p, 0, TCP_FOR_COUNTER) %
					TCP_PORT_COUNTERS];
	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < PORT_RANGE; i++) {
			uint16_t port =
				(uint16_t)(PORT_MIN + (offset + (*counter)++) %
							      PORT_RANGE);

			if (!port_free(n, p, port,
				       pass ? REUSE_LATER : REUSE_NEVER))
				continue;
			p->lport = port;
			return 0;
		}
	}
	STAT(n, tcp_no_port);
	return -EADDRNOTAVAIL;
}

int tcp_port_choose_listen(struct net *n)
{
	uint32_t first = net_random(n) % PORT_RANGE;
	uint32_t i;

	for (i = 0; i < PORT_RANGE; i++) {
		uint16_t port = (uint16_t)(PORT_MIN + (first + i) % PORT_RANGE);

		if (!n->tcp->port_chain[port % TCP_PORT_CHAINS] &&
		    !n->tcp->port[port].held &&
		    !tcp_port_conns(n->tcp, port, 0))
			return port;
	}
	return -EADDRINUSE;
}
