// SPDX-License-Identifier: MIT
/*
 * tcp_port.c - what a stranger must not guess: ISN, timestamps, own ports
 *
 * RFC 6528 (ISN = clock + keyed hash of the four-tuple), RFC 7323 5.4
 * (timestamp offset for each tuple), RFC 6056 algorithm 4 (double-hash port
 * selection). The keyed hash is SipHash-2-4.
 */
#include <string.h>

#include "net/flow.h"
#include "net/tcp_int.h"

#define PORT_MIN 32768u /* ip_local_port_range of Linux */
#define PORT_MAX 60999u
#define PORT_RANGE (PORT_MAX - PORT_MIN + 1)
/* TIME-WAIT this old may be reused where both sides use timestamps */
#define TW_REUSE_US TCP_US_PER_S

struct tuple {
	struct ix_addr src, dst;
	uint16_t lport, rport;
	uint32_t purpose;
};

static inline uint64_t rotl(uint64_t x, unsigned b)
{
	return x << b | x >> (64 - b);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

static inline void sip_word(uint64_t v[4], uint64_t w)
{
	v[3] ^= w;
	sip_round(v);
	sip_round(v);
	v[0] ^= w;
}

/* SipHash-2-4 of a tuple, whose size is a multiple of 8. */
static uint64_t siphash(const uint8_t key[16], const struct tuple *t)
{
	uint64_t k[2], w[sizeof(*t) / 8];
	uint64_t v[4];
	unsigned i;

	_Static_assert(sizeof(*t) == 40, "no padding");
	memcpy(k, key, sizeof(k));
	memcpy(w, t, sizeof(w));
	v[0] = k[0] ^ UINT64_C(0x736f6d6570736575);
	v[1] = k[1] ^ UINT64_C(0x646f72616e646f6d);
	v[2] = k[0] ^ UINT64_C(0x6c7967656e657261);
	v[3] = k[1] ^ UINT64_C(0x7465646279746573);
	for (i = 0; i < sizeof(w) / sizeof(w[0]); i++)
		sip_word(v, w[i]);
	sip_word(v, (uint64_t)sizeof(*t) << 56);
	v[2] ^= 0xff;
	for (i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

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

	return (uint32_t)siphash(n->sh->isn_key, &t);
}

/* RFC 6528 3: the clock ticks about every 4 us. */
uint32_t tcp_isn(const struct net *n, const struct tcp_pcb *p)
{
	return (uint32_t)(n->now >> 12) + secret(n, p, p->lport, 1);
}

uint32_t tcp_ts_offset(const struct net *n, const struct tcp_pcb *p)
{
	return secret(n, p, p->lport, 2);
}

/* With one elastic thread every flow arrives here. */
int tcp_port_ok(const struct net *n, const struct ip_path *path, uint16_t lport,
		uint16_t rport)
{
	const struct flow *f = n->sh->flow;

	return !f ||
	       flow_owner(f, &path->dst, &path->src, rport, lport) == n->id;
}

/* May p use lport? Ends a TIME-WAIT that stands in the way, if reuse. */
static int tuple_free(struct net *n, struct tcp_pcb *p, uint16_t lport,
		      int reuse)
{
	struct tcp_pcb *other;

	other = tcp_hash_find(n->tcp, &p->path.src, lport, &p->path.dst,
			      p->rport);
	if (!other)
		return 1;
	if (!reuse || other->state != TCPS_TIME_WAIT ||
	    !(other->flags & TF_TS) ||
	    tcp_tick(n) - other->una_since <= tcp_us_to_ticks(TW_REUSE_US))
		return 0;
	STAT(n, tcp_tw_reused);
	p->snd_una = other->snd_nxt + 65537; /* the least ISN, as Linux */
	tcp_tw_end(n, other);
	return 1;
}

/* Use the port that the program wants; 0 or -EADDRNOTAVAIL, as Linux; -EXDEV:
 * what the peer answers arrives at another elastic thread. */
int tcp_port_take(struct net *n, struct tcp_pcb *p, uint16_t lport)
{
	if (!tcp_port_ok(n, &p->path, lport, p->rport))
		return -EXDEV;
	if (!tuple_free(n, p, lport, 1))
		return -EADDRNOTAVAIL;
	p->lport = lport;
	return 0;
}

static int port_free(struct net *n, struct tcp_pcb *p, uint16_t lport,
		     int reuse)
{
	if (!tcp_port_ok(n, &p->path, lport, p->rport))
		return 0;
	if (tcp_listener_find(n, &p->path.src, lport, 0))
		return 0;
	return tuple_free(n, p, lport, reuse);
}

int tcp_port_choose(struct net *n, struct tcp_pcb *p)
{
	uint32_t offset = secret(n, p, 0, 3);
	uint32_t *counter;
	uint32_t i, pass;

	counter = &n->tcp->port_counter[secret(n, p, 0, 4) % TCP_PORT_COUNTERS];
	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < PORT_RANGE; i++) {
			uint16_t port =
				(uint16_t)(PORT_MIN + (offset + (*counter)++) %
							      PORT_RANGE);

			if (!port_free(n, p, port, pass == 1))
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

		if (!n->tcp->port_chain[port % TCP_PORT_CHAINS])
			return port;
	}
	return -EADDRINUSE;
}
