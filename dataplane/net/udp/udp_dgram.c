// SPDX-License-Identifier: MIT
/*
 * udp_dgram.c - datagrams and errors that wait for the program
 */
#include "net/udp/udp_dgram.h"

struct udp_dgram *udp_dgram_take(struct udp *u, uint16_t segs)
{
	struct udp_dgram *d = u->free_dgrams;

	if (u->held + segs > u->max_held)
		return NULL;
	if (d)
		u->free_dgrams = d->next;
	else if (u->fresh_dgrams < u->ndgrams)
		d = &u->dgram[u->fresh_dgrams++];
	if (d)
		u->held += segs;
	return d;
}

void udp_dgram_free(struct udp *u, struct udp_dgram *d)
{
	u->held -= d->m->nb_segs;
	rte_pktmbuf_free(d->m);
	d->m = NULL;
	d->next = u->free_dgrams;
	u->free_dgrams = d;
}

void udp_dgrams_free(struct udp *u, struct udp_dgram *first)
{
	struct udp_dgram *d, *next;

	for (d = first; d; d = next) {
		next = d->next;
		udp_dgram_free(u, d);
	}
}

struct ix_event udp_event(const struct udp_pcb *p, uint16_t type)
{
	return (struct ix_event){ .type = type,
				  .handle = p->handle,
				  .cookie = p->cookie,
				  .lport = p->lport };
}
