// SPDX-License-Identifier: MIT
/*
 * tcp_port.c - what a stranger must not guess: ISN, timestamps, own ports;
 * and who has which port
 *
 * RFC 6528 (ISN = clock + keyed hash of the four-tuple), RFC 7323 5.4
 * (timestamp offset for each tuple), RFC 6056 algorithm 4 (double-hash port
 * selection). The keyed hash is SipHash-2-4.
 */
#include "net/flow.h"
#include "net/siphash.h"
#include "net/tcp_int.h"

#define PORT_MIN 32768u /* ip_local_port_range of Linux */
#define PORT_MAX 60999u
#define PORT_RANGE (PORT_MAX - PORT_MIN + 1)
/* TIME-WAIT this old may be reused where both sides use timestamps */
#define TW_REUSE_US TCP_US_PER_S

enum { FOR_ISN = 1, FOR_TS, FOR_PORT, FOR_COUNTER, FOR_SYNCOOKIE };

struct tuple {
	struct ix_addr src, dst;
	uint16_t lport, rport;
	uint32_t purpose;
	uint32_t seq, epoch; /* of a SYN cookie, else 0 */
};

_Static_assert(sizeof(struct tuple) == 48, "no padding");

static uint32_t secret(const struct net *n, const struct tcp_pcb *p,
		       uint16_t lport, uint32_t purpose)
{
	struct tuple t = {
		.src = p->path.src,
		.dst = p->path.dst,
		.lport = lport,
		.rport = p->rport,
		.purpose = purpose,
	};

	return (uint32_t)siphash(n->sh->isn_key, &t, sizeof(t));
}

uint32_t tcp_syncookie_hash(const struct net *n, const struct tcp_pcb *p,
			    uint32_t irs, uint32_t epoch)
{
	struct tuple t = {
		.src = p->path.src,
		.dst = p->path.dst,
		.lport = p->lport,
		.rport = p->rport,
		.purpose = FOR_SYNCOOKIE,
		.seq = irs,
		.epoch = epoch,
	};

	return (uint32_t)siphash(n->sh->isn_key, &t, sizeof(t));
}

/* RFC 6528 3: the clock ticks about every 4 us. */
uint32_t tcp_isn(const struct net *n, const struct tcp_pcb *p)
{
	return (uint32_t)(n->now >> 12) + secret(n, p, p->lport, FOR_ISN);
}

uint32_t tcp_ts_offset(const struct net *n, const struct tcp_pcb *p)
{
	return secret(n, p, p->lport, FOR_TS);
}

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

/* Use the port that the program wants, also that of a connection that has just
 * ended; 0 or -EADDRNOTAVAIL, as Linux; -EXDEV: what the peer answers arrives at
 * another elastic thread. */
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

/*
 * Who has a port
 *
 * Programs bind sockets, which no protocol knows of; what they bind is held
 * here, so that no connection is given it. The other way round a port is
 * refused that a connection has, until TIME-WAIT is over, unless both share.
 */
void tcp_port_count(struct tcp *t, const struct tcp_pcb *p, int step)
{
	if (p->state != TCPS_MOVED)
		t->port[p->lport].conns[p->share] += (uint32_t)step;
}

void tcp_port_share(struct tcp *t, struct tcp_pcb *p, uint8_t share)
{
	int counted = (p->flags & TF_HASHED) != 0;

	if (counted)
		tcp_port_count(t, p, -1);
	p->share = share;
	if (counted)
		tcp_port_count(t, p, 1);
}

void tcp_port_forget(struct tcp *t)
{
	uint32_t i;

	for (i = 0; i < TCP_PORTS; i++)
		memset(t->port[i].conns, 0, sizeof(t->port[i].conns));
}

/* Connections of the port that do not share it with who has these flags. */
static uint32_t conns(const struct tcp *t, uint16_t lport, unsigned share)
{
	uint32_t count = 0, i;

	for (i = 0; i <= IX_SHARE_ALL; i++)
		if (!(i & share))
			count += t->port[lport].conns[i];
	return count;
}

static int in_the_way(const struct tcp_pcb *p, const struct ix_bsys *b)
{
	return p->flags & TF_HASHED && p->state != TCPS_MOVED &&
	       p->lport == b->lport && !(p->share & b->flags) &&
	       addr_equal(&p->path.src, &b->ip);
}

/* The port has connections: is one of them on the address that is asked for? */
static int one_in_the_way(const struct tcp *t, const struct ix_bsys *b)
{
	uint32_t i;

	for (i = 0; i < t->pcbs.hi; i++)
		if (in_the_way(tcp_pcb_at(t, i), b))
			return 1;
	return 0;
}

int tcp_port_hold(struct net *n, const struct ix_bsys *b)
{
	struct tcp *t = n->tcp;

	if (!b->lport)
		return -EINVAL;
	if (conns(t, b->lport, b->flags) &&
	    (addr_is_any(&b->ip) || one_in_the_way(t, b)))
		return -EADDRINUSE;
	if (t->port[b->lport].held == UINT32_MAX)
		return -ENOBUFS;
	t->port[b->lport].held++;
	return 0;
}

int tcp_port_free(struct net *n, uint16_t lport)
{
	if (!n->tcp->port[lport].held)
		return -EINVAL;
	n->tcp->port[lport].held--;
	return 0;
}

int tcp_port_choose(struct net *n, struct tcp_pcb *p)
{
	uint32_t offset = secret(n, p, 0, FOR_PORT);
	uint32_t *counter;
	uint32_t i, pass;

	counter = &n->tcp->port_counter[secret(n, p, 0, FOR_COUNTER) %
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

/* A port on which nobody listens, or -EADDRINUSE. */
int tcp_port_choose_listen(struct net *n)
{
	uint32_t first = net_random(n) % PORT_RANGE;
	uint32_t i;

	for (i = 0; i < PORT_RANGE; i++) {
		uint16_t port = (uint16_t)(PORT_MIN + (first + i) % PORT_RANGE);

		if (!n->tcp->port_chain[port % TCP_PORT_CHAINS] &&
		    !n->tcp->port[port].held && !conns(n->tcp, port, 0))
			return port;
	}
	return -EADDRINUSE;
}
