// SPDX-License-Identifier: MIT
/*
 * tcp_ledger.c - who has which port
 *
 * Programs bind sockets, which no protocol knows of; what they bind is held
 * here, so that no connection is given it. The other way round a port is
 * refused that a connection has, until TIME-WAIT is over, unless both share.
 */
#include "net/tcp/state/tcp_ledger.h"

#include <errno.h>
#include <string.h>

#include "net/tcp/tcp.h"

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

uint32_t tcp_port_conns(const struct tcp *t, uint16_t lport, unsigned share)
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
	if (tcp_port_conns(t, b->lport, b->flags) &&
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
