// SPDX-License-Identifier: MIT
/*
 * udp_port.c - finding UDP ports (RFC 768, RFC 1122 4.1.3.5)
 */
#include "net/udp/udp_port.h"

#include <rte_jhash.h>

struct udp_pcb *udp_pcb(struct udp *u, ix_handle_t h)
{
	uint32_t i = IX_HANDLE_INDEX(h);

	if (i >= u->fresh || u->pcb[i].handle != h || h == IX_HANDLE_NONE)
		return NULL;
	return &u->pcb[i];
}

void udp_make_ready(struct udp *u, struct udp_pcb *p)
{
	if (p->is_ready)
		return;
	p->is_ready = 1;
	TAILQ_INSERT_TAIL(&u->ready, p, ready);
}

static int matches(const struct udp_pcb *p, const struct ix_addr *lip,
		   uint16_t lport, int exact)
{
	if (p->lport != lport || p->rport)
		return 0;
	return exact ? addr_equal(&p->lip, lip) : addr_is_any(&p->lip);
}

/* The bound address outweighs any; ports that share are chosen by the flow. */
static struct udp_pcb *lookup(struct udp *u, const struct ix_addr *lip,
			      uint16_t lport, int exact, uint32_t flow)
{
	struct udp_pcb *p;
	uint32_t count = 0, pick;

	LIST_FOREACH(p, udp_bucket(u, lport), hash)
		if (matches(p, lip, lport, exact)) {
			if (likely(!p->reuseport))
				return p;
			count++;
		}
	if (!count)
		return NULL;
	pick = (uint32_t)(((uint64_t)flow * count) >> 32);
	LIST_FOREACH(p, udp_bucket(u, lport), hash)
		if (matches(p, lip, lport, exact) && pick-- == 0)
			return p;
	return NULL;
}

static struct udp_pcb *connected(struct udp *u, const struct ix_addr *lip,
				 uint16_t lport, const struct ix_addr *rip,
				 uint16_t rport)
{
	struct udp_pcb *p;

	LIST_FOREACH(p, udp_bucket(u, lport), hash)
		if (p->rport == rport && p->lport == lport && rport &&
		    addr_equal(&p->rip, rip) &&
		    (addr_is_any(&p->lip) || addr_equal(&p->lip, lip)))
			return p;
	return NULL;
}

struct udp_pcb *udp_lookup(struct udp *u, const struct ix_addr *lip,
			   uint16_t lport, const struct ix_addr *rip,
			   uint16_t rport)
{
	uint32_t flow =
		rte_jhash(rip, sizeof(*rip), (uint32_t)rport << 16 | lport);
	struct udp_pcb *p = connected(u, lip, lport, rip, rport);

	if (!p)
		p = lookup(u, lip, lport, 1, flow);
	return p ? p : lookup(u, lip, lport, 0, flow);
}
