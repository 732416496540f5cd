// SPDX-License-Identifier: MIT
/*
 * udp_queue.c - which of the datagrams that wait is read: SO_PEEK_OFF, UDP_GRO
 */
#include <errno.h>
#include <string.h>

#include "shim/host/addr.h"
#include "shim/host/until.h"
#include "shim/inet/udp_queue.h"
#include "shim/option/priv.h"

#define GATHER_MAX 64	   /* datagrams at a time, as Linux's UDP_GRO_CNT_MAX */
#define GATHER_BYTES 65507 /* and as many bytes as one may have */

/* Its family may be ours. What came before connect() is for us, whoever sent it;
 * from then on the dataplane takes the peer's alone. */
bool dgram_wanted(const struct sock *s, const struct ix_rx *r)
{
	return addr_is_v4(&r->rip) ? !s->v6only : s->family == AF_INET6;
}

/* Drop what is not for us. */
bool dgram_skip_foreign(struct sock *s)
{
	struct ix_rx from;
	size_t full;

	while (s->u.rx_count) {
		if (dgram_wanted(s, s->u.rx_head))
			return true;
		ix_udp_recv(&s->u, NULL, 0, false, &full, &from);
	}
	return false;
}

static size_t length(const struct ix_rx *r)
{
	size_t n = 0;

	for (; r; r = r->more ? r->next : NULL)
		n += r->len;
	return n;
}

/*
 * SO_PEEK_OFF: an offset into all that waits, end to end. What has been looked
 * at to its end is passed, an empty one after the first look.
 */
static struct ix_rx *find(const struct sock *s, size_t *off)
{
	struct ix_rx *r;
	size_t len;

	for (r = s->u.rx_head; r; r = ix_udp_next(r)) {
		len = length(r);
		if (!dgram_wanted(s, r))
			continue;
		if (*off < len || (!*off && !r->peeked))
			return r;
		*off -= len;
	}
	return NULL;
}

static ssize_t peek_on(struct sock *s, const struct iovec *iov, int cnt,
		       struct udp_got *got)
{
	size_t off = (size_t)s->priv->udp.peek_off;
	size_t room = iov_bytes(iov, cnt);
	struct ix_rx *r = find(s, &off);
	ssize_t n;

	if (!r)
		return -EAGAIN;
	r->peeked = 1;
	n = ix_udp_copy(r, off, 0, iov, cnt, &got->full);
	got->from = *r;
	got->cut = room <= got->full - off && room < got->full;
	return n;
}

/* The offset follows what was read: forth with a look, back with the rest. */
static void move(struct udp_opts *o, bool peek, size_t by)
{
	if (o->peek_off < 0)
		return;
	if (peek)
		o->peek_off += (int32_t)by;
	else
		o->peek_off = (size_t)o->peek_off > by ?
				      o->peek_off - (int32_t)by :
				      0;
}

/*
 * UDP_GRO: datagrams of one sender that follow one another and are as long as
 * the first are read at once, a shorter one ends them; as far as they fit.
 */
static bool alike(const struct ix_rx *a, const struct ix_rx *b)
{
	return a->rport == b->rport && a->lip == b->lip && a->tos == b->tos &&
	       a->ttl == b->ttl && addr_equal(&a->rip, &b->rip);
}

static size_t gather(struct sock *s, const struct iovec *iov, int cnt,
		     struct udp_got *got)
{
	size_t room = iov_bytes(iov, cnt), piece = got->full, n = piece, len;
	const struct ix_rx *r;
	struct ix_rx gone;
	int i;

	if (room > GATHER_BYTES)
		room = GATHER_BYTES;
	for (i = 1; i < GATHER_MAX && dgram_skip_foreign(s); i++) {
		r = s->u.rx_head;
		len = length(r);
		if (!len || len > piece || n + len > room ||
		    !alike(&got->from, r))
			break;
		if (ix_udp_copy(r, 0, n, iov, cnt, &len) < 0)
			break; /* it stays, for a call that fails of it */
		ix_udp_recv(&s->u, NULL, 0, false, &len, &gone);
		got->piece = (int)piece;
		n += len;
		if (len < piece)
			break;
	}
	return n;
}

ssize_t dgram_take(struct sock *s, const struct iovec *iov, int cnt, int flags,
		   struct udp_got *got)
{
	struct udp_opts *o = &s->priv->udp;
	bool peek = flags & MSG_PEEK;
	ssize_t n;

	memset(got, 0, sizeof(*got));
	if (peek && o->peek_off >= 0) {
		n = peek_on(s, iov, cnt, got);
	} else {
		n = ix_udp_recv(&s->u, iov, cnt, peek, &got->full, &got->from);
		got->cut = n >= 0 && (size_t)n < got->full;
	}
	if (n < 0)
		return n;
	if (!peek && n && !got->cut && udp_on(o, UDP_ON_GRO))
		got->full = (size_t)(n = (ssize_t)gather(s, iov, cnt, got));
	if (flags & MSG_TRUNC)
		n = (ssize_t)got->full;
	move(o, peek, (size_t)n);
	return n;
}
