// SPDX-License-Identifier: MIT
/*
 * udp_bind.c - opening and closing UDP ports, and their options
 */
#include <errno.h>
#include <string.h>

#include "mem/arena.h"
#include "net/flow/flow.h"
#include "net/ip/route.h"
#include "net/udp/udp.h"
#include "net/udp/udp_dgram.h"
#include "net/udp/udp_send.h"

int udp_init(struct net *n, struct arena *a, uint32_t max)
{
	struct udp *u = arena_alloc(a, sizeof(*u), 64);

	if (!u)
		return -ENOMEM;
	n->udp = u;
	u->max = max;
	u->max_held = n->pool->size / 2;
	u->ndgrams = u->max_held;
	u->pcb = arena_alloc(a, max * sizeof(*u->pcb), 64);
	u->dgram = arena_alloc(a, u->ndgrams * sizeof(*u->dgram), 64);
	TAILQ_INIT(&u->ready);
	return u->pcb && u->dgram ? 0 : -ENOMEM;
}

/*
 * Opening
 */
static int conflicts(struct udp *u, const struct ix_addr *lip, uint16_t lport,
		     int flags, uint32_t device)
{
	int reuseport = flags & IX_LISTEN_REUSEPORT;
	int reuseaddr = flags & IX_UDP_REUSEADDR;
	const struct udp_pcb *p;

	LIST_FOREACH(p, udp_bucket(u, lport), hash) {
		if (p->lport != lport || (reuseport && p->reuseport) ||
		    (reuseaddr && p->reuseaddr) ||
		    (device && p->device && device != p->device))
			continue;
		if (addr_is_any(lip) || addr_is_any(&p->lip) ||
		    addr_equal(lip, &p->lip))
			return 1;
	}
	return 0;
}

/* A free port, from a random one on; 0: none. */
static uint16_t choose_port(struct net *n, const struct ix_addr *lip)
{
	uint32_t range = UDP_EPHEMERAL_MAX - UDP_EPHEMERAL_MIN + 1;
	uint32_t start = net_random(n) % range;

	for (uint32_t i = 0; i < range; i++) {
		uint16_t port =
			(uint16_t)(UDP_EPHEMERAL_MIN + (start + i) % range);

		if (!conflicts(n->udp, lip, port, 0, 0) &&
		    flow_udp_claim(n, port) == 0)
			return port;
	}
	return 0;
}

static struct udp_pcb *take_pcb(struct udp *u)
{
	struct udp_pcb *p = LIST_FIRST(&u->free_pcbs);

	if (p) {
		LIST_REMOVE(p, hash);
		return p;
	}
	return u->fresh < u->max ? &u->pcb[u->fresh++] : NULL;
}

static struct udp_pcb *open_port(struct udp *u, const struct ix_bsys *b,
				 uint16_t lport)
{
	struct udp_pcb *p = take_pcb(u);

	if (!p)
		return NULL;
	p->gen += p->gen == UINT32_MAX ? 2 : 1;
	memset((char *)p + UDP_CLEARED, 0, sizeof(*p) - UDP_CLEARED);
	p->cookie = b->cookie;
	p->lport = lport;
	p->lip = b->ip;
	p->reuseport = b->flags & IX_LISTEN_REUSEPORT;
	p->reuseaddr = (b->flags & IX_UDP_REUSEADDR) != 0;
	p->device = b->len;
	p->rcvbuf = UDP_RCVBUF;
	LIST_INSERT_HEAD(udp_bucket(u, lport), p, hash);
	/* the last of it: a port that has a handle is whole */
	__atomic_store_n(&p->handle,
			 IX_HANDLE((uint32_t)(p - u->pcb), IX_KIND_UDP, p->gen),
			 __ATOMIC_RELEASE);
	return p;
}

/* The number is anybody's once no port here has it. */
static void give_up(struct net *n, uint16_t lport)
{
	const struct udp_pcb *p;

	LIST_FOREACH(p, udp_bucket(n->udp, lport), hash)
		if (p->lport == lport)
			return;
	flow_udp_release(n, lport);
}

static int address_ours(const struct net_shared *sh, const struct ix_addr *a)
{
	return addr_is_any(a) || ip_route_class(sh, a) == 1;
}

int udp_call_bind(struct net *n, struct ix_bsys *b)
{
	uint16_t lport = b->lport;
	struct udp_pcb *p;

	if (b->flags & ~(IX_LISTEN_REUSEPORT | IX_UDP_REUSEADDR))
		return -EINVAL;
	if (!address_ours(n->sh, &b->ip))
		return -EADDRNOTAVAIL;
	if (lport == 0)
		lport = choose_port(n, &b->ip);
	else if (conflicts(n->udp, &b->ip, lport, b->flags, b->len))
		lport = 0;
	else if (flow_udp_claim(n, lport) < 0)
		return -EXDEV;
	if (lport == 0)
		return -EADDRINUSE;
	p = open_port(n->udp, b, lport);
	if (!p) {
		give_up(n, lport);
		return -ENFILE;
	}
	b->handle = p->handle;
	b->lport = lport;
	return 0;
}

int udp_call_connect(struct net *n, const struct ix_bsys *b)
{
	struct udp_pcb *p = udp_pcb(n->udp, b->handle);

	if (!p)
		return -EBADF;
	p->rip = b->ip;
	p->rport = b->rport;
	return 0;
}

/*
 * Closing
 */
static void close_port(struct net *n, struct udp_pcb *p)
{
	struct udp *u = n->udp;

	/* the first of it: a port without a handle is closed */
	__atomic_exchange_n(&p->handle, IX_HANDLE_NONE, __ATOMIC_SEQ_CST);
	udp_dgrams_free(u, p->first);
	udp_dgrams_free(u, p->err_first);
	udp_drop_pending(u, p);
	if (p->is_ready)
		TAILQ_REMOVE(&u->ready, p, ready);
	LIST_REMOVE(p, hash);
	give_up(n, p->lport);
	LIST_INSERT_HEAD(&u->free_pcbs, p, hash);
}

int udp_call_close(struct net *n, ix_handle_t h)
{
	struct udp_pcb *p = udp_pcb(n->udp, h);

	if (!p)
		return -EBADF;
	close_port(n, p);
	return 0;
}

void udp_fini(struct net *n)
{
	for (uint32_t i = 0; i < n->udp->fresh; i++)
		if (n->udp->pcb[i].handle != IX_HANDLE_NONE)
			close_port(n, &n->udp->pcb[i]);
	udp_dgrams_free(n->udp, n->udp->told);
	n->udp->told = NULL;
}

/* Numbers that were claimed for a port which is not there, or not any more. */
static void recover_claims(struct net *n)
{
	uint32_t port;

	for (port = 0; n->sh->flow && port < 65536; port++)
		if (flow_udp(n->sh->flow, (uint16_t)port) == n->id + 1)
			give_up(n, (uint16_t)port);
}

/* Any list may be half linked: make all of them again. */
void udp_recover(struct net *n)
{
	struct udp *u = n->udp;

	memset(u->bucket, 0, sizeof(u->bucket));
	LIST_INIT(&u->free_pcbs);
	TAILQ_INIT(&u->ready);
	u->free_dgrams = NULL;
	u->told = NULL;
	u->fresh_dgrams = 0;
	u->held = 0;
	for (uint32_t i = 0; i < u->fresh; i++) {
		struct udp_pcb *p = &u->pcb[i];

		p->is_ready = 0;
		p->queued = 0;
		p->delivered = 0;
		p->first = NULL;
		p->last = NULL;
		p->unseen = NULL;
		p->piece = NULL;
		p->err_first = NULL;
		p->err_last = NULL;
		p->nerrs = 0;
		p->pending = NULL;
		if (p->handle == IX_HANDLE_NONE)
			LIST_INSERT_HEAD(&u->free_pcbs, p, hash);
		else
			LIST_INSERT_HEAD(udp_bucket(u, p->lport), p, hash);
		if (p->handle != IX_HANDLE_NONE && p->err)
			udp_make_ready(u, p);
	}
	recover_claims(n);
}

/*
 * Options and state
 */
int udp_call_setopt(struct net *n, ix_handle_t h, uint16_t opt, uint32_t value,
		    uint64_t cookie)
{
	struct udp_pcb *p = udp_pcb(n->udp, h);

	if (!p)
		return -EBADF;
	switch (opt) {
	case IX_OPT_TTL:
		if (value > UINT8_MAX)
			return -EINVAL;
		p->ttl = (uint8_t)value; /* 0: the default */
		return 0;
	case IX_OPT_TOS:
		if (value > UINT8_MAX)
			return -EINVAL;
		p->tos = (uint8_t)value;
		return 0;
	case IX_OPT_RCVBUF:
		p->rcvbuf = RTE_MAX(value, (uint32_t)UDP_RCVBUF_MIN);
		return 0;
	case IX_OPT_RECVERR:
		p->recverr = value != 0;
		return 0;
	case IX_OPT_SCOPE:
		if (value > IX_SCOPE_NONE)
			return -EINVAL;
		p->scope = (uint8_t)value;
		return 0;
	case IX_OPT_COOKIE:
		p->cookie = cookie;
		return 0;
	case IX_OPT_SHARE:
		if (value > IX_SHARE_ALL)
			return -EINVAL;
		p->reuseport = value & IX_LISTEN_REUSEPORT;
		p->reuseaddr = (value & IX_UDP_REUSEADDR) != 0;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

/* To the one peer, if there is one. */
static uint32_t path_mtu(struct net *n, const struct udp_pcb *p)
{
	struct ip_path path = { .src = p->lip, .dst = p->rip };

	if (!p->rport || ip_route(n, &path) < 0)
		return 0;
	if (addr_equal(&p->path.dst, &p->rip))
		path.mtu = p->path.mtu;
	return ip_mtu(n, &path);
}

int udp_info(struct net *n, ix_handle_t h, struct ix_conn_info *out)
{
	const struct udp_pcb *p = udp_pcb(n->udp, h);

	if (!p)
		return -EBADF;
	*out = (struct ix_conn_info){
		.pmtu = path_mtu(n, p),
		.lip = p->lip,
		.lport = p->lport,
		.state = 7, /* TCP_CLOSE, as Linux tells of UDP */
		.mss = ip_mtu(n, &p->path),
		.rcv_wnd = p->rcvbuf,
		.unread = p->queued,
	};
	return 0;
}
