// SPDX-License-Identifier: MIT
/*
 * conn.c - connections: coalesced writes, received pieces, life and end
 */
#include <errno.h>
#include <string.h>

#include "libix/share/app.h"
#include "libix/share/usermem.h"

#define TX_LIMIT 262144 /* bytes, until the dataplane names its own */

static void conn_init(struct ix_conn *c, unsigned et)
{
	memset(c, 0, sizeof(*c));
	c->o.kind = IX_KIND_TCP;
	c->o.et = (uint8_t)et;
	c->tx_limit = TX_LIMIT;
}

int ix_connect(struct ix_conn *c, unsigned et, const struct ix_addr *ip,
	       uint16_t port, unsigned laddr, uint16_t lport, unsigned flags)
{
	bool loop = laddr > IX_MAX_ADDRS;
	struct ix_bsys b = {
		.nr = IX_BSYS_CONNECT,
		.flags = (uint16_t)flags,
		.opt = loop ? IX_LIP_LOOPBACK + 1 : (uint16_t)laddr,
		.cookie = (uint64_t)c,
		.len = loop ? laddr : 0,
		.rport = port,
		.lport = lport,
		.ip = *ip,
	};
	int64_t rc;

	conn_init(c, et);
	rc = ix_call(et, &b);
	if (rc < 0)
		return (int)rc;
	c->o.handle = b.handle;
	c->rip = *ip;
	c->rport = port;
	c->lport = b.lport;
	c->lip = (uint16_t)(loop ? IX_LIP_LOOPBACK : laddr ? laddr - 1 : 0);
	return 0;
}

int ix_accept(struct ix_conn *c, unsigned et, const struct ix_event *knock)
{
	conn_init(c, et);
	c->o.handle = knock->handle;
	c->o.flags = IX_O_CONNECTED;
	c->o.pending = IX_P_ACCEPT;
	c->rip = knock->ip;
	c->rport = knock->rport;
	c->lport = knock->lport;
	c->lip = (uint16_t)knock->lip;
	if (knock->window)
		c->tx_limit = knock->window;
	ix_mark(&c->o);
	return 0;
}

/* There may be room again where a write found none. */
static void tell_room(struct ix_conn *c)
{
	if (!(c->o.flags & IX_O_FULL) || !ix_conn_writable(c))
		return;
	c->o.flags &= (uint8_t)~IX_O_FULL;
	if (!(c->o.flags & IX_O_CLOSE))
		ix_self.h->notify(&c->o, IX_N_WRITE);
}

void ix_conn_look(struct ix_conn *c)
{
	struct ix_conn_info ci;

	if (ix_self.dp->conn_info(c->o.et, c->o.handle, &ci) == 0)
		c->tx_limit = ci.window + c->tx_unacked;
}

int ix_setopt(struct ix_obj *o, enum ix_opt opt, uint32_t value)
{
	struct ix_bsys b = {
		.nr = IX_BSYS_SETOPT,
		.opt = (uint16_t)opt,
		.handle = o->handle,
		.len = value,
	};

	struct ix_conn *c = (struct ix_conn *)o;
	int rc;

	if (o->kind == IX_KIND_LISTENER)
		return ix_listener_call((struct ix_listener *)o, &b);
	rc = (int)ix_call(o->et, &b);
	if (rc == 0 && opt == IX_OPT_SNDBUF && o->kind == IX_KIND_TCP) {
		/* from now on, not from the next SENT on, which may be far */
		c->tx_limit = value;
		tell_room(c);
	}
	if (rc == 0 && opt == IX_OPT_NOTSENT) {
		c->low = value != 0;
		ix_conn_look(c);
		tell_room(c);
	}
	return rc;
}

/*
 * Writing
 */
uint32_t ix_conn_room(const struct ix_conn *c)
{
	uint32_t used = c->tx_unsent + c->tx_unacked;

	return used < c->tx_limit ? c->tx_limit - used : 0;
}

static struct ix_chunk *chunk_new(struct ix_conn *c, size_t want)
{
	struct ix_et *e = ix_et(c->o.et);
	bool small = want <= IX_CHUNK_SMALL - sizeof(struct ix_chunk);
	struct ix_chunk *k = ix_pool_get(small ? &e->small : &e->big);

	if (!k)
		return NULL;
	memset(k, 0, sizeof(*k));
	k->cap = (small ? IX_CHUNK_SMALL : IX_CHUNK_BIG) - (uint32_t)sizeof(*k);
	if (c->tx_tail)
		c->tx_tail->next = k;
	else
		c->tx_head = k;
	c->tx_tail = k;
	if (!c->tx_next)
		c->tx_next = k;
	return k;
}

static void chunk_free(struct ix_conn *c, struct ix_chunk *k)
{
	struct ix_et *e = ix_et(c->o.et);

	ix_pool_put(k->cap < IX_CHUNK_SMALL ? &e->small : &e->big, k);
}

static void chunks_free(struct ix_conn *c)
{
	struct ix_chunk *k, *next;

	for (k = c->tx_head; k; k = next) {
		next = k->next;
		chunk_free(c, k);
	}
	c->tx_head = c->tx_tail = c->tx_next = NULL;
	c->tx_unsent = c->tx_unacked = c->tx_urg = 0;
}

/* Append up to len bytes; how many were taken, and why not all. */
static size_t append(struct ix_conn *c, const char *p, size_t len, int *why)
{
	size_t left = len, n;

	while (left) {
		struct ix_chunk *k = c->tx_tail;

		if (!k || k->fill == k->cap) {
			k = chunk_new(c, left);
			if (!k) {
				*why = -ENOBUFS;
				break;
			}
		}
		n = k->cap - k->fill;
		if (n > left)
			n = left;
		if (ix_user_copy(k->data + k->fill, p, n) < 0) {
			*why = -EFAULT;
			break;
		}
		k->fill += (uint32_t)n;
		if (!c->tx_next)
			c->tx_next = k;
		p += n;
		left -= n;
	}
	return len - left;
}

static int writable(const struct ix_conn *c)
{
	if (c->o.flags & (IX_O_SHUT | IX_O_CLOSE))
		return -EPIPE;
	if (c->o.flags & IX_O_DEAD)
		return c->err ? -c->err : -EPIPE;
	return c->o.flags & IX_O_CONNECTED ? 0 : -ENOTCONN;
}

/* c has n bytes more to send. */
static void written(struct ix_conn *c, size_t n)
{
	struct ix_et *e = ix_et(c->o.et);
	bool news = c->tx_unsent == 0;

	c->tx_unsent += (uint32_t)n;
	ix_mark(&c->o);
	if (news && ++e->written >= IX_PUSH)
		ix_push(e);
}

ssize_t ix_write(struct ix_conn *c, const struct iovec *iov, int iovcnt,
		 bool more)
{
	size_t room = ix_conn_room(c), done = 0;
	int rc = writable(c), i;

	if (rc < 0)
		return rc;
	for (i = 0; i < iovcnt; i++) {
		size_t want = iov[i].iov_len, n;

		if (want > room - done) {
			want = room - done;
			c->o.flags |= IX_O_FULL;
		}
		n = append(c, iov[i].iov_base, want, &rc);
		done += n;
		if (n < iov[i].iov_len)
			break;
	}
	c->o.flags =
		(uint8_t)((c->o.flags & ~IX_O_MORE) | (more ? IX_O_MORE : 0));
	if (done)
		written(c, done);
	return done ? (ssize_t)done : rc;
}

/*
 * Reading
 */
static void piece_free(struct ix_conn *c)
{
	struct ix_rx *r = c->rx_head;

	c->rx_head = r->next;
	if (!r->next)
		c->rx_tail = NULL;
	ix_pool_put(&ix_et(c->o.et)->rx, r);
	c->rx_off = 0;
}

/* len bytes are read. */
static void near_mark(struct ix_conn *c, size_t len)
{
	if (len > c->urg_left)
		c->urg = 0;
	else
		c->urg_left -= (uint32_t)len;
}

static void consume(struct ix_conn *c, size_t len)
{
	if (__builtin_expect(c->urg, 0))
		near_mark(c, len);
	c->o.rx_bytes -= (uint32_t)len;
	c->rx_done += (uint32_t)len;
	while (len) {
		size_t n = c->rx_head->len - c->rx_off;

		if (n > len) {
			c->rx_off += (uint32_t)len;
			break;
		}
		len -= n;
		piece_free(c);
	}
	ix_mark(&c->o);
}

/*
 * Copy out of the queue, beginning skip bytes behind its head: up to the first
 * piece that does not reach the program.
 */
static ssize_t copy_out(const struct ix_conn *c, const struct iovec *iov,
			int iovcnt, size_t skip)
{
	const struct ix_rx *r = c->rx_head;
	size_t off = c->rx_off + skip, done = 0;
	int i;

	for (; r && off >= r->len; r = r->next)
		off -= r->len;
	for (i = 0; i < iovcnt && r; i++) {
		char *to = iov[i].iov_base;
		size_t want = iov[i].iov_len;

		while (want && r) {
			size_t n = r->len - off;

			if (n > want)
				n = want;
			if (ix_user_copy(to, r->data + off, n) < 0)
				return done ? (ssize_t)done : -EFAULT;
			to += n;
			want -= n;
			done += n;
			off += n;
			if (off == r->len) {
				r = r->next;
				off = 0;
			}
		}
	}
	return (ssize_t)done;
}

ssize_t ix_read(struct ix_conn *c, const struct iovec *iov, int iovcnt,
		bool peek, size_t skip)
{
	ssize_t n = copy_out(c, iov, iovcnt, skip);

	if (n > 0 && !peek)
		consume(c, (size_t)n);
	return n;
}

void ix_skip(struct ix_conn *c, size_t n)
{
	if (n)
		consume(c, n);
}

/*
 * Ending
 */
int ix_shutdown(struct ix_conn *c)
{
	if (c->o.flags & IX_O_DEAD)
		return -ENOTCONN;
	if (c->o.flags & (IX_O_SHUT | IX_O_CLOSE))
		return 0;
	c->o.flags |= IX_O_SHUT;
	c->o.pending |= IX_P_SHUT;
	ix_mark(&c->o);
	return 0;
}

static void pieces_free(struct ix_conn *c)
{
	while (c->rx_head)
		piece_free(c);
	c->o.rx_bytes = 0;
}

static void closed(struct ix_conn *c)
{
	chunks_free(c);
	ix_self.h->notify(&c->o, IX_N_CLOSED);
}

void ix_close(struct ix_conn *c, bool rst)
{
	if (c->o.flags & IX_O_CLOSE)
		return;
	c->o.flags |= IX_O_CLOSE | (rst ? IX_O_RST : 0);
	pieces_free(c);
	c->o.pending |= IX_P_CLOSE;
	ix_mark(&c->o);
}

/*
 * Calls of a round
 */
static struct ix_bsys *call(struct ix_et *e, struct ix_conn *c, uint16_t nr)
{
	struct ix_bsys *b = &e->bsys[e->ctx.nbsys++];

	b->nr = nr;
	b->flags = 0;
	b->count = 0;
	b->opt = 0;
	b->handle = c->o.handle;
	b->cookie = (uint64_t)c;
	b->result = 0;
	return b;
}

/* Scatter-gather array of unsent bytes, at most IX_MAX_SG pieces: of all, or up to
 * the last urgent one. */
static uint32_t sendv(struct ix_et *e, struct ix_conn *c)
{
	struct ix_sg *sg = &e->sg[e->nsg];
	struct ix_bsys *b;
	struct ix_chunk *k;
	uint32_t bytes = 0, left = c->tx_urg ? c->tx_urg : c->tx_unsent;
	uint16_t n = 0;

	for (k = c->tx_next; k && n < IX_MAX_SG && bytes < left; k = k->next) {
		if (k->fill == k->sent)
			continue;
		sg[n].base = (uint64_t)(k->data + k->sent);
		sg[n].len = k->fill - k->sent;
		bytes += (uint32_t)sg[n++].len;
	}
	if (__builtin_expect(bytes > left, 0)) {
		sg[n - 1].len -= bytes - left;
		bytes = left;
	}
	b = call(e, c, IX_BSYS_SENDV);
	b->addr = (uint64_t)sg;
	b->count = n;
	b->len = bytes;
	if (c->o.flags & IX_O_MORE)
		b->flags |= IX_SENDV_MORE;
	if (bytes && bytes == c->tx_urg)
		b->flags |= IX_SENDV_URG;
	if (c->o.pending & (IX_P_SHUT | IX_P_CLOSE) && bytes == c->tx_unsent)
		b->flags |= IX_SENDV_FIN;
	e->nsg += n;
	return bytes;
}

static void close_call(struct ix_et *e, struct ix_conn *c)
{
	c->o.pending = 0;
	call(e, c, IX_BSYS_CLOSE)->flags =
		c->o.flags & IX_O_RST ? IX_CLOSE_RST : 0;
}

/* The handle is dead: what is left is to give it up. */
static void dead_calls(struct ix_et *e, struct ix_conn *c)
{
	if (c->o.pending & IX_P_CLOSE)
		close_call(e, c);
	else if (c->o.flags & IX_O_CLOSE)
		closed(c);
}

bool ix_conn_calls(struct ix_et *e, struct ix_conn *c)
{
	bool reset = c->o.pending & IX_P_CLOSE && c->o.flags & IX_O_RST;

	if (e->ctx.nbsys + 4 > IX_BATCH || e->nsg + IX_MAX_SG > IX_BATCH_SG)
		return false;
	if (c->o.flags & IX_O_DEAD) {
		dead_calls(e, c);
		return true;
	}
	if (c->o.pending & IX_P_ACCEPT) {
		c->o.pending &= (uint8_t)~IX_P_ACCEPT;
		call(e, c, IX_BSYS_ACCEPT);
	}
	if (c->rx_done) {
		call(e, c, IX_BSYS_RECV_DONE)->len = c->rx_done;
		c->rx_done = 0;
		c->o.prompt = 0;
	}
	if (c->tx_unsent && !reset) {
		/* SHUTDOWN and CLOSE follow when all of it was taken */
		sendv(e, c);
		return true;
	}
	if (c->o.pending & IX_P_SHUT) {
		c->o.pending &= (uint8_t)~IX_P_SHUT;
		call(e, c, IX_BSYS_SHUTDOWN);
	}
	if (c->o.pending & IX_P_CLOSE)
		close_call(e, c);
	return true;
}

static void died(struct ix_conn *c, int err)
{
	c->o.flags |= IX_O_DEAD;
	c->err = (uint16_t)err;
	chunks_free(c);
	if (!(c->o.flags & IX_O_CLOSE))
		ix_self.h->notify(&c->o, IX_N_DEAD);
	else if (!c->o.dirty)
		closed(c);
}

/* SENDV took n bytes. */
static void sent(struct ix_conn *c, const struct ix_bsys *b)
{
	uint32_t n = (uint32_t)b->result, left = n;

	c->tx_unsent -= n;
	c->tx_urg -= n < c->tx_urg ? n : c->tx_urg;
	c->tx_unacked += n;
	while (left) {
		struct ix_chunk *k = c->tx_next;
		uint32_t m = k->fill - k->sent;

		if (m > left)
			m = left;
		k->sent += m;
		left -= m;
		if (k->sent < k->fill)
			break;
		if (!k->next)
			break;
		c->tx_next = k->next;
	}
	if (n == b->len && b->flags & IX_SENDV_FIN)
		c->o.pending &= (uint8_t)~IX_P_SHUT;
	/* what was refused goes out after the next SENT, if one is to come */
	if (n == b->len ? c->tx_unsent || c->o.pending : !c->tx_unacked)
		ix_mark(&c->o);
}

static void refused(struct ix_conn *c, const struct ix_bsys *b)
{
	if (b->result == -ENOBUFS)
		ix_mark(&c->o);
	/* any other reason comes as DEAD */
}

void ix_conn_result(struct ix_conn *c, const struct ix_bsys *b)
{
	if (b->nr == IX_BSYS_SENDV && b->result >= 0)
		sent(c, b);
	else if (b->nr == IX_BSYS_SENDV)
		refused(c, b);
	else if (b->nr == IX_BSYS_ACCEPT && b->result < 0)
		died(c, ECONNRESET);
	else if (b->nr == IX_BSYS_CLOSE && !c->o.dirty &&
		 (b->result < 0 || c->o.flags & IX_O_DEAD))
		closed(c);
}

/*
 * Events
 */

/* Bytes of marks that were replaced when the program had read up to them: those
 * that are here go, others will when they come. */
static void vanish(struct ix_conn *c)
{
	uint32_t n = c->urg_vanish < c->o.rx_bytes ? c->urg_vanish :
						     c->o.rx_bytes;

	c->urg_vanish -= n;
	if (n)
		consume(c, n);
}

/* How many bytes, from where the program has read up to, are no more for it to
 * find: see IX_EV_URG in abi.h. */
static uint32_t replaced(const struct ix_conn *c, const struct ix_event *ev)
{
	uint32_t n = c->urg_vanish;

	if (c->urg_inline)
		return n;
	if (ev->detail & IX_URG_CAME && c->urg && c->urg_left == n)
		n++;
	if (c->o.rx_bytes + ev->window == n)
		n += (uint32_t)ev->data;
	return n;
}

static void urgent(struct ix_conn *c, const struct ix_event *ev)
{
	unsigned what = 0;

	if (c->o.flags & IX_O_CLOSE)
		return;
	if (ev->detail & IX_URG_NEW) {
		c->urg_vanish = replaced(c, ev);
		c->urg = IX_URG_NOTYET;
		c->urg_left = c->o.rx_bytes + ev->len;
		vanish(c);
		what |= IX_N_URG;
	}
	if (ev->detail & IX_URG_BYTE) {
		c->urg = IX_URG_VALID | (uint8_t)ev->detail;
		what |= IX_N_PRI;
	}
	ix_self.h->notify(&c->o, what);
}

static void received(struct ix_et *e, struct ix_conn *c,
		     const struct ix_event *ev)
{
	struct ix_rx *r;

	if (c->o.flags & IX_O_CLOSE)
		return;
	r = ix_pool_get(&e->rx);
	if (!r) {
		ix_close(c, true);
		died(c, ENOBUFS);
		return;
	}
	r->next = NULL;
	r->data = (const uint8_t *)ev->data;
	r->len = ev->len;
	if (c->rx_tail)
		c->rx_tail->next = r;
	else
		c->rx_head = r;
	c->rx_tail = r;
	c->o.rx_bytes += ev->len;
	c->o.prompt = ev->detail & IX_RECV_PROMPT;
	if (__builtin_expect(c->urg_vanish, 0))
		vanish(c);
	ix_self.h->notify(&c->o, IX_N_READ);
}

static void acked(struct ix_conn *c, const struct ix_event *ev)
{
	uint32_t left = ev->len;

	c->tx_unacked -= left < c->tx_unacked ? left : c->tx_unacked;
	while (left && c->tx_head) {
		struct ix_chunk *k = c->tx_head;
		uint32_t n = k->sent - k->acked;

		if (n > left)
			n = left;
		k->acked += n;
		left -= n;
		if (k->acked < k->fill)
			break;
		c->tx_head = k->next;
		if (c->tx_next == k)
			c->tx_next = k->next;
		if (c->tx_tail == k)
			c->tx_tail = NULL;
		chunk_free(c, k);
	}
	c->tx_limit = ev->window + c->tx_unacked;
	if (c->tx_unsent)
		ix_mark(&c->o);
	tell_room(c);
}

static void connected(struct ix_conn *c, const struct ix_event *ev)
{
	if (ev->err) {
		died(c, ev->err);
		return;
	}
	c->o.flags |= IX_O_CONNECTED;
	c->lip = (uint16_t)ev->lip;
	c->lport = ev->lport;
	if (ev->window)
		c->tx_limit = ev->window;
	if (!(c->o.flags & IX_O_CLOSE))
		ix_self.h->notify(&c->o, IX_N_CONNECTED);
}

void ix_conn_event(struct ix_et *e, struct ix_conn *c,
		   const struct ix_event *ev)
{
	switch (ev->type) {
	case IX_EV_CONNECTED:
		connected(c, ev);
		break;
	case IX_EV_RECV:
		received(e, c, ev);
		break;
	case IX_EV_SENT:
		acked(c, ev);
		break;
	case IX_EV_EOF:
		c->o.flags |= IX_O_EOF;
		if (!(c->o.flags & IX_O_CLOSE))
			ix_self.h->notify(&c->o, IX_N_EOF);
		break;
	case IX_EV_DEAD:
		died(c, ev->err);
		break;
	case IX_EV_URG:
		urgent(c, ev);
		break;
	}
}
