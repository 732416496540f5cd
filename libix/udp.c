// SPDX-License-Identifier: MIT
/*
 * udp.c - datagrams
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "usermem.h"

#define DATAGRAM_MAX 65535

int ix_udp_open(struct ix_udp *u, unsigned et, const struct ix_addr *ip,
		uint16_t port, unsigned flags)
{
	struct ix_bsys b = {
		.nr = IX_BSYS_UDP_BIND,
		.flags = (uint16_t)flags,
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

/* More pieces than a call takes: as one. b has the rest of the call. */
static ssize_t send_gathered(struct ix_udp *u, struct ix_bsys *b,
			     const struct iovec *iov, int iovcnt)
{
	struct ix_sg one = { .len = 0 };
	ssize_t rc = 0;
	char *all;
	int i;

	for (i = 0; i < iovcnt; i++)
		one.len += iov[i].iov_len;
	if (one.len > DATAGRAM_MAX)
		return -EMSGSIZE;
	all = malloc(one.len);
	if (!all)
		return -ENOBUFS;
	one.base = (uint64_t)all;
	for (i = 0; i < iovcnt && rc == 0; all += iov[i++].iov_len)
		rc = ix_user_copy(all, iov[i].iov_base, iov[i].iov_len);
	b->addr = (uint64_t)&one;
	b->count = 1;
	if (rc == 0)
		rc = (ssize_t)ix_call(u->o.et, b);
	free((void *)one.base);
	return rc;
}

ssize_t ix_udp_send(struct ix_udp *u, const struct ix_addr *ip, uint16_t port,
		    unsigned laddr, const struct iovec *iov, int iovcnt,
		    unsigned flags)
{
	struct ix_sg sg[IX_MAX_SG];
	struct ix_bsys b = {
		.nr = IX_BSYS_UDP_SENDV,
		.flags = (uint16_t)flags,
		.opt = (uint16_t)laddr,
		.handle = u->o.handle,
		.addr = (uint64_t)sg,
		.rport = port,
		.ip = *ip,
	};
	int i;

	for (i = 0; i < iovcnt; i++) {
		if (!iov[i].iov_len)
			continue;
		if (b.count == IX_MAX_SG)
			return send_gathered(u, &b, iov, iovcnt);
		sg[b.count].base = (uint64_t)iov[i].iov_base;
		sg[b.count++].len = iov[i].iov_len;
	}
	return (ssize_t)ix_call(u->o.et, &b);
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
	u->rx_done++;
	ix_mark(&u->o);
}

static ssize_t copy_out(const struct ix_rx *r, const struct iovec *iov,
			int iovcnt, size_t *full_out)
{
	size_t done = 0, off = 0, at = 0;
	int i = 0, rc = 0;

	*full_out = 0;
	for (; r; r = r->more ? r->next : NULL) {
		*full_out += r->len;
		for (off = 0; off < r->len && i < iovcnt;) {
			size_t n = iov[i].iov_len - at;

			if (n > r->len - off)
				n = r->len - off;
			if (ix_user_copy((char *)iov[i].iov_base + at,
					 r->data + off, n) < 0)
				rc = -EFAULT;
			off += n;
			at += n;
			done += n;
			if (at == iov[i].iov_len) {
				i++;
				at = 0;
			}
		}
	}
	return rc < 0 ? rc : (ssize_t)done;
}

ssize_t ix_udp_recv(struct ix_udp *u, const struct iovec *iov, int iovcnt,
		    bool peek, size_t *full, struct ix_rx *from)
{
	ssize_t n;

	if (!u->rx_count)
		return -EAGAIN;
	*from = *u->rx_head;
	n = copy_out(u->rx_head, iov, iovcnt, full);
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

static void received(struct ix_et *e, struct ix_udp *u,
		     const struct ix_event *ev)
{
	struct ix_rx *r;

	if (u->o.flags & IX_O_CLOSE)
		return;
	r = ix_pool_get(&e->rx);
	if (!r) {
		if (!ev->reserved) {
			u->rx_done++;
			ix_mark(&u->o);
		}
		return;
	}
	r->next = NULL;
	r->data = (const uint8_t *)ev->data;
	r->len = ev->len;
	r->rport = ev->rport;
	r->lip = (uint16_t)ev->lip;
	r->more = (uint16_t)ev->reserved;
	r->rip = ev->ip;
	if (u->rx_tail)
		u->rx_tail->next = r;
	else
		u->rx_head = r;
	u->rx_tail = r;
	u->o.rx_bytes += ev->len;
	if (r->more)
		return;
	u->rx_count++;
	ix_self.h->notify(&u->o, IX_N_READ);
}

void ix_udp_event(struct ix_et *e, struct ix_udp *u, const struct ix_event *ev)
{
	if (ev->type == IX_EV_UDP_RECV) {
		received(e, u, ev);
	} else if (ev->type == IX_EV_UDP_SENT && ev->err) {
		u->err = ev->err;
		if (!(u->o.flags & IX_O_CLOSE))
			ix_self.h->notify(&u->o, IX_N_ERR);
	}
}
