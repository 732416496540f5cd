// SPDX-License-Identifier: MIT
/*
 * tcp_secret.c - what a stranger must not guess: numbers, timestamps
 *
 * RFC 6528 (ISN = clock + keyed hash of the four-tuple), RFC 7323 5.4
 * (timestamp offset for each tuple), RFC 4987 3.6 (SYN cookies). The keyed hash
 * is SipHash-2-4.
 */
#include "net/tcp/state/tcp_secret.h"

#include "net/common/siphash.h"

struct tuple {
	struct ix_addr src, dst;
	uint16_t lport, rport;
	uint32_t purpose;
	uint32_t seq, epoch; /* of a SYN cookie, else 0 */
};

_Static_assert(sizeof(struct tuple) == 48, "no padding");

uint32_t tcp_secret(const struct net *n, const struct tcp_pcb *p,
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
		.purpose = TCP_FOR_SYNCOOKIE,
		.seq = irs,
		.epoch = epoch,
	};

	return (uint32_t)siphash(n->sh->isn_key, &t, sizeof(t));
}

/* RFC 6528 3: the clock ticks about every 4 us. */
uint32_t tcp_isn(const struct net *n, const struct tcp_pcb *p)
{
	return (uint32_t)(n->now >> 12) +
	       tcp_secret(n, p, p->lport, TCP_FOR_ISN);
}

uint32_t tcp_ts_offset(const struct net *n, const struct tcp_pcb *p)
{
	return tcp_secret(n, p, p->lport, TCP_FOR_TS);
}
