// SPDX-License-Identifier: MIT
/*
 * udp.c - datagrams
 */
#include <errno.h>
#include <string.h>

#include "base/branch.h"
#include "libix/udp.h"
#include "libix/share/app.h"
#include "libix/share/usermem.h"

int ix_udp_open(struct ix_udp *u, unsigned et, const struct ix_addr *ip,
		uint16_t port, unsigned flags, uint32_t device)
{
	struct ix_bsys b = {
		.nr = IX_BSYS_UDP_BIND,
		.flags = (uint16_t)flags,
		.len = device,
		.cookie = (uint64_t)u,
		.lport = port,
		.ip = *ip,
	};
	int64_t rc;

	memset(u, 0, sizeof(*u));
	u->o.kind = IX_KIND_UDP;
	u->o.et = (uint8_t)et;
	rc = ix_call(et, &b);
	if (rc < 0)
		return (int)rc;
	u->o.handle = b.handle;
	u->lport = b.lport;
	return 0;
}

int ix_udp_connect(struct ix_udp *u, const struct ix_addr *ip, uint16_t port)
{
	struct ix_bsys b = {
		.nr = IX_BSYS_UDP_CONNECT,
		.handle = u->o.handle,
		.rport = port,
		.ip = *ip,
	};

	return (int)ix_call(u->o.et, &b);
}

/* Up to IX_MAX_SG pieces from *at on; the index behind the last. */
static int pieces(struct ix_bsys *b, struct ix_sg *sg, const struct iovec *iov,
		  int at, int iovcnt)
{
	for (b->count = 0; at < iovcnt && b->count < IX_MAX_SG; at++) {
		if (!iov[at].iov_len)
			continue;
		sg[b->count].base = (uint64_t)iov[at].iov_base;
		sg[b->count++].len = iov[at].iov_len;
	}
	return at;
}

ssize_t ix_udp_send(struct ix_udp *u, const struct ix_udp_to *to,
		    const struct iovec *iov, int iovcnt)
{
	struct ix_sg sg[IX_MAX_SG];
	const struct ix_bsys how = {
		.nr = IX_BSYS_UDP_SENDV,
		.flags = to->flags,
		.opt = to->laddr,
		.handle = u->o.handle,
		.addr = (uint64_t)sg,
		.len = (uint32_t)to->tos << 8 | to->ttl,
		.rport = to->port,
		.lport = to->cut,
		.ip = to->ip,
	};
	ssize_t sent = 0;
	int64_t rc;
	int at = 0;

	/* more pieces than a call takes: it keeps those for the next */
	do {
		struct ix_bsys b = how;

		at = pieces(&b, sg, iov, at, iovcnt);
		if (at < iovcnt)
			b.flags |= IX_UDP_MORE;
		rc = ix_call(u->o.et, &b);
		sent += rc;
	} while (rc >= 0 && at < iovcnt);
	return rc < 0 ? (ssize_t)rc : sent;
}

/* Drop the first datagram, all of its pieces. */
static void drop(struct ix_udp *u)
{
	struct ix_rx *r;
	uint16_t more;

	do {
		r = u->rx_head;
		more = r->more;
		u->rx_head = r->next;
		if (!r->next)
			u->rx_tail = NULL;
		u->o.rx_bytes -= r->len;
		ix_pool_put(&ix_et(u->o.et)->rx, r);
	} while (more && u->rx_head);
	u->rx_count--;
	if (!u->rx_count)
		u->whole = NULL;
	u->rx_done++;
	ix_mark(&u->o);
}

/* Up to n bytes from `from` behind the at bytes of iov; those that fit. *rc:
 * -EFAULT if some could not be written. */
static size_t put(const struct iovec *iov, int iovcnt, size_t at,
		  const uint8_t *from, size_t n, int *rc)
{
	size_t done = 0, part;
	int i;

	for (i = 0; i < iovcnt && done < n; i++) {
		if (at >= iov[i].iov_len) {
			at -= iov[i].iov_len;
			continue;
		}
		part = iov[i].iov_len - at;
		if (part > n - done)
			part = n - done;
		if (ix_user_copy((char *)iov[i].iov_base + at, from + done,
				 part) < 0)
			*rc = -EFAULT;
		done += part;
		at = 0;
	}
	return done;
}

ssize_t ix_udp_copy(const struct ix_rx *r, size_t skip, size_t at,
		    const struct iovec *iov, int iovcnt, size_t *full)
{
	size_t done = 0;
	int rc = 0;

	*full = 0;
	for (; r; r = r->more ? r->next : NULL) {
		size_t off = skip < r->len ? skip : r->len;

		done += put(iov, iovcnt, at + done, r->data + off, r->len - off,
			    &rc);
		skip -= off;
		*full += r->len;
	}
	return rc < 0 ? rc : (ssize_t)done;
}

struct ix_rx *ix_udp_next(const struct ix_rx *r)
{
	while (r->more)
		r = r->next;
	return r->next;
}

ssize_t ix_udp_recv(struct ix_udp *u, const struct iovec *iov, int iovcnt,
		    bool peek, size_t *full, struct ix_rx *from)
{
	ssize_t n;

	if (!u->rx_count)
		return -EAGAIN;
	*from = *u->rx_head;
	n = ix_udp_copy(u->rx_head, 0, 0, iov, iovcnt, full);
	if (!peek)
		drop(u);
	return n;
}

void ix_udp_close(struct ix_udp *u)
{
	u->o.flags |= IX_O_CLOSE;
	u->o.pending |= IX_P_CLOSE;
	while (u->rx_count)
		drop(u);
	ix_mark(&u->o);
}

static struct ix_bsys *call(struct ix_et *e, struct ix_udp *u, uint16_t nr)
{
	struct ix_bsys *b = &e->bsys[e->ctx.nbsys++];

	memset(b, 0, sizeof(*b));
	b->nr = nr;
	b->handle = u->o.handle;
	return b;
}

bool ix_udp_calls(struct ix_et *e, struct ix_udp *u)
{
	if (e->ctx.nbsys + 2 > IX_BATCH)
		return false;
	if (u->o.pending & IX_P_CLOSE) {
		/* nothing follows: the object is free when the batch is */
		u->o.pending = 0;
		call(e, u, IX_BSYS_CLOSE);
		ix_self.h->notify(&u->o, IX_N_CLOSED);
		return true;
	}
	if (u->rx_done)
		call(e, u, IX_BSYS_UDP_RECV_DONE)->len = u->rx_done;
	u->rx_done = 0;
	return true;
}

/* The dataplane tells the low part of it. */
static uint64_t arrival(uint64_t now, uint32_t low)
{
	uint32_t ago = (uint32_t)(now >> 10) - low;

	return now - ((uint64_t)ago << 10);
}

static void fill(struct ix_et *e, struct ix_udp *u, struct ix_rx *r,
		 const struct ix_event *ev)
{
	r->next = NULL;
	r->data = (const uint8_t *)ev->data;
	r->len = ev->len;
	r->rport = ev->rport;
	r->lip = (uint16_t)ev->lip;
	r->more = ev->detail & IX_UDP_RECV_MORE;
	r->peeked = 0;
	r->tos = IX_UDP_RECV_TOS(ev->detail);
	r->ttl = IX_UDP_RECV_TTL(ev->detail);
	r->dropped = u->dropped;
	r->at_ns = arrival(e->ctx.now_ns, ev->window);
	r->rip = ev->ip;
}

/* The newest datagram, which begins with r, is not wanted. */
static void turn_away(struct ix_et *e, struct ix_udp *u, struct ix_rx *r)
{
	struct ix_rx *next;

	u->rx_tail = u->whole;
	if (u->whole)
		u->whole->next = NULL;
	else
		u->rx_head = NULL;
	for (; r; r = next) {
		next = r->next;
		u->o.rx_bytes -= r->len;
		ix_pool_put(&e->rx, r);
	}
	u->rx_done++;
	ix_mark(&u->o);
}

static void shorten(struct ix_udp *u, struct ix_rx *r, uint32_t most)
{
	uint32_t n;

	for (; r; r = r->next) {
		n = r->len < most ? r->len : most;
		u->o.rx_bytes -= r->len - n;
		r->len = n;
		most -= n;
	}
}

/* A picky port has the last word on the newest datagram. */
static bool admitted(struct ix_et *e, struct ix_udp *u)
{
	struct ix_rx *first = u->whole ? u->whole->next : u->rx_head;
	uint32_t most = ix_self.h->admit(u, first);

	if (most == IX_ADMIT_NONE) {
		turn_away(e, u, first);
		return false;
	}
	shorten(u, first, most);
	return true;
}

static void received(struct ix_et *e, struct ix_udp *u,
		     const struct ix_event *ev)
{
	struct ix_rx *r;

	if (u->o.flags & IX_O_CLOSE)
		return;
	u->dropped += ev->err;
	r = ix_pool_get(&e->rx);
	if (!r) {
		if (!(ev->detail & IX_UDP_RECV_MORE)) {
			u->rx_done++;
			ix_mark(&u->o);
		}
		return;
	}
	fill(e, u, r, ev);
	if (u->rx_tail)
		u->rx_tail->next = r;
	else
		u->rx_head = r;
	u->rx_tail = r;
	u->o.rx_bytes += ev->len;
	if (r->more || (unlikely(u->picky) && !admitted(e, u)))
		return;
	u->whole = r;
	u->rx_count++;
	ix_self.h->notify(&u->o, IX_N_READ);
}

void ix_udp_event(struct ix_et *e, struct ix_udp *u, const struct ix_event *ev)
{
	if (ev->type == IX_EV_UDP_RECV) {
		received(e, u, ev);
	} else if (ev->type == IX_EV_UDP_SENT && ev->err) {
		u->err = ev->err;
		u->err_ev = ev;
		if (!(u->o.flags & IX_O_CLOSE))
			ix_self.h->notify(&u->o, IX_N_ERR);
		u->err_ev = NULL;
	}
}
