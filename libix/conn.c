// SPDX-License-Identifier: MIT
/*
 * conn.c - connections: life, end, the calls of a round and their events
 */
#include <errno.h>
#include <string.h>

#include "libix/conn.h"
#include "libix/listen.h"
#include "libix/conn_rx.h"
#include "libix/conn_tx.h"
#include "libix/share/app.h"

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
		conn_tx_tell(c);
	}
	if (rc == 0 && opt == IX_OPT_NOTSENT) {
		c->low = value != 0;
		ix_conn_look(c);
		conn_tx_tell(c);
	}
	return rc;
}

/*
 * Writing
 */
static int writable(const struct ix_conn *c)
{
	if (c->o.flags & (IX_O_SHUT | IX_O_CLOSE))
		return -EPIPE;
	if (c->o.flags & IX_O_DEAD)
		return c->err ? -c->err : -EPIPE;
	return c->o.flags & IX_O_CONNECTED ? 0 : -ENOTCONN;
}

/* c has n bytes more to send; before they go it is known which is urgent. */
static void written(struct ix_conn *c, size_t n, bool urgent)
{
	struct ix_et *e = ix_et(c->o.et);
	bool news = c->tx_unsent == 0;

	c->tx_unsent += (uint32_t)n;
	if (__builtin_expect(urgent, 0))
		c->tx_urg = c->tx_unsent;
	ix_mark(&c->o);
	if (news && ++e->written >= IX_PUSH)
		ix_push(e);
}

ssize_t ix_write(struct ix_conn *c, const struct iovec *iov, int iovcnt,
		 unsigned flags)
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
		n = conn_tx_append(c, iov[i].iov_base, want, &rc);
		done += n;
		if (n < iov[i].iov_len)
			break;
	}
	c->o.flags = (uint8_t)((c->o.flags & ~IX_O_MORE) |
			       (flags & IX_WRITE_MORE ? IX_O_MORE : 0));
	if (done)
		written(c, done, flags & IX_WRITE_URGENT);
	return done ? (ssize_t)done : rc;
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

static void closed(struct ix_conn *c)
{
	conn_tx_drop(c);
	ix_self.h->notify(&c->o, IX_N_CLOSED);
}

void ix_close(struct ix_conn *c, bool rst)
{
	if (c->o.flags & IX_O_CLOSE)
		return;
	c->o.flags |= IX_O_CLOSE | (rst ? IX_O_RST : 0);
	conn_rx_drop(c);
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
		conn_tx_sendv(e, c, call(e, c, IX_BSYS_SENDV));
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
	conn_tx_drop(c);
	if (!(c->o.flags & IX_O_CLOSE))
		ix_self.h->notify(&c->o, IX_N_DEAD);
	else if (!c->o.dirty)
		closed(c);
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
		conn_tx_sent(c, b);
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
static void received(struct ix_et *e, struct ix_conn *c,
		     const struct ix_event *ev)
{
	if (c->o.flags & IX_O_CLOSE)
		return;
	if (conn_rx_add(e, c, ev)) {
		ix_self.h->notify(&c->o, IX_N_READ);
		return;
	}
	ix_close(c, true);
	died(c, ENOBUFS);
}

static void urgent(struct ix_conn *c, const struct ix_event *ev)
{
	if (!(c->o.flags & IX_O_CLOSE))
		ix_self.h->notify(&c->o, conn_rx_urgent(c, ev));
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
		conn_tx_acked(c, ev);
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
