// SPDX-License-Identifier: MIT
/*
 * tcp_passive.c - LISTEN, UNLISTEN, ACCEPT, REJECT
 *
 * RFC 9293 3.10.1 (passive open).
 */
#include "net/tcp/call/tcp_port.h"
#include "net/tcp/output/tcp_reset.h"
#include "net/tcp/state/tcp_arm.h"
#include "net/tcp/state/tcp_backlog.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/state/tcp_listener.h"
#include "net/tcp/tcp.h"

int tcp_call_listen(struct net *n, struct ix_bsys *b)
{
	struct ix_addr ip = b->ip;
	int any = addr_is_any(&ip), reuse = b->flags & IX_LISTEN_REUSEPORT;
	int port = b->lport;
	struct tcp_listener *l;

	if (!any && ip_route_class(n->sh, &ip) != 1)
		return -EADDRNOTAVAIL;
	if (port == 0)
		port = tcp_port_choose_listen(n);
	if (port < 0)
		return port;
	if (tcp_listener_taken(n->tcp, &ip, any, (uint16_t)port, reuse))
		return -EADDRINUSE;
	l = tcp_listener_alloc(n);
	if (!l)
		return -ENOBUFS;
	l->port = (uint16_t)port;
	l->addr = ip;
	l->any = (uint8_t)any;
	l->reuseport = reuse != 0;
	l->backlog = b->len;
	l->cookie = b->cookie;
	l->conf.mute = (b->flags & IX_HELD) != 0;
	tcp_listener_add(n->tcp, l);
	b->lport = (uint16_t)port;
	b->handle = IX_HANDLE(pool_index(&n->tcp->listeners, l),
			      IX_KIND_LISTENER, l->gen);
	return 0;
}

int tcp_call_unlisten(struct net *n, ix_handle_t h)
{
	struct tcp_listener *l = tcp_listener_get(n, h);
	struct tcp *t = n->tcp;
	struct tcp_pcb *p;

	if (!l)
		return -EBADF;
	while ((p = tcp_backlog_first(t, l))) {
		tcp_reset_send(n, p);
		tcp_pcb_free(n, p);
	}
	tcp_listener_remove(t, l);
	return 0;
}

int tcp_call_accept(struct net *n, ix_handle_t h, uint64_t cookie)
{
	struct tcp_pcb *p = tcp_pcb_get(n, h);

	if (!p)
		return -EBADF;
	if (!p->listener || p->state == TCPS_SYN_RCVD)
		return -EINVAL;
	/* killed on the way, it is the listener's or the program's */
	p->cookie = cookie;
	p->flags |= TF_ACCEPTED;
	tcp_listener_leave(n, p);
	p->ev = (uint8_t)(p->ev & ~(unsigned)TE_KNOCK);
	tcp_raise(n, p, 0); /* what came before */
	tcp_keep_arm(n, p);
	return 0;
}

int tcp_call_reject(struct net *n, ix_handle_t h)
{
	struct tcp_pcb *p = tcp_pcb_get(n, h);

	if (!p)
		return -EBADF;
	if (!p->listener || p->state == TCPS_SYN_RCVD)
		return -EINVAL;
	tcp_reset_send(n, p);
	tcp_pcb_free(n, p);
	return 0;
}
